package io.github.embeddedkms.endpoint;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of an endpoint, and their limits. If a limit is reached, the connection that
 * has been idle longest is closed, so idle clients do not keep others out.
 */
final class Connections {

  /** How a new connection is treated. */
  enum Admission {
    /** Its requests are processed. */
    ORDINARY,
    /** It is one too many. Only its health checks are answered. */
    HEALTH_ONLY,
    /** It is closed. */
    REFUSED
  }

  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Connection> ordinary = new LinkedHashSet<>();
  private final Set<Connection> reserved = new LinkedHashSet<>();
  private final Map<InetAddress, Integer> countByPeer = new HashMap<>();
  private boolean closed;

  Connections(Limits limits) {
    this.limits = limits;
  }

  Admission admit(Connection connection) {
    lock.lock();
    try {
      if (closed) {
        return Admission.REFUSED;
      }
      if (hasRoomFor(connection.peer())) {
        ordinary.add(connection);
        countByPeer.merge(connection.peer(), 1, Integer::sum);
        return Admission.ORDINARY;
      }
      if (reserved.size() < Limits.RESERVED) {
        reserved.add(connection);
        return Admission.HEALTH_ONLY;
      }
      return Admission.REFUSED;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoomFor(InetAddress peer) {
    boolean roomForPeer =
        countByPeer.getOrDefault(peer, 0) < limits.connectionsPerPeer() || closeIdle(peer);
    return roomForPeer && (ordinary.size() < limits.connections() || closeIdle(null));
  }

  /** Closes the connection that has been idle longest, of one peer or of all. */
  private boolean closeIdle(@Nullable InetAddress peer) {
    // Another connection may begin a request just before it is closed.
    while (true) {
      Connection longest = null;
      for (Connection each : ordinary) {
        if ((peer == null || peer.equals(each.peer()))
            && each.isIdle()
            && (longest == null || each.idleSince() - longest.idleSince() < 0)) {
          longest = each;
        }
      }
      if (longest == null) {
        return false;
      }
      if (longest.closeIfIdle()) {
        forget(longest);
        return true;
      }
    }
  }

  /** Returns how many connections wait for a request. For tests. */
  int idleCount() {
    lock.lock();
    try {
      return (int) ordinary.stream().filter(Connection::isIdle).count();
    } finally {
      lock.unlock();
    }
  }

  /** Removes a connection that has ended. */
  void remove(Connection connection) {
    lock.lock();
    try {
      forget(connection);
    } finally {
      lock.unlock();
    }
  }

  private void forget(Connection connection) {
    if (ordinary.remove(connection)) {
      countByPeer.computeIfPresent(
          connection.peer(), (peer, count) -> count == 1 ? null : count - 1);
    }
    reserved.remove(connection);
  }

  /** Refuses further connections. Returns the present ones. */
  Collection<Connection> close() {
    lock.lock();
    try {
      closed = true;
      Set<Connection> present = new LinkedHashSet<>(ordinary);
      present.addAll(reserved);
      return List.copyOf(present);
    } finally {
      lock.unlock();
    }
  }
}
