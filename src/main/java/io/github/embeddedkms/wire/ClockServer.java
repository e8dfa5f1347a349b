package io.github.embeddedkms.wire;

import io.github.embeddedkms.AdjustableClock;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.json.JsonTree;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets clients read and turn the clock of a service under test. This is no operation of AWS KMS.
 *
 * <p>Safe for use by several threads.
 */
public final class ClockServer {

  private static final String NAME = "clock";

  private final AdjustableClock clock;
  private final FailureListener failures;

  /**
   * Creates a server of one clock.
   *
   * @param clock the clock of the service
   * @param failures receives the failures that the client sees as KMSInternalException
   */
  public ClockServer(AdjustableClock clock, FailureListener failures) {
    this.clock = clock;
    this.failures = failures;
  }

  /**
   * Turns the clock as the body says, and responds with the time that it shows then. All of the
   * body is checked before the clock is turned.
   *
   * @param body a JSON object with {@code Set} (an ISO 8601 instant, or seconds since 1970), {@code
   *     Advance} (an ISO 8601 duration, or seconds), or {@code Freeze} (true or false); empty to
   *     read the clock only
   * @param authentication throws a service error for a client that may not do this
   * @return {@code Time}, an ISO 8601 instant in milliseconds, and {@code Frozen}; or the error
   */
  public WireResponse answer(byte[] body, Runnable authentication) {
    try {
      authentication.run();
      if (body.length > 0) {
        ClockRequest.read(body).apply(clock);
      }
      return shown();
    } catch (KmsException e) {
      return WireResponse.of(e);
    } catch (IllegalArgumentException e) {
      return WireResponse.refused(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      return internal(e);
    }
  }

  private WireResponse shown() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("Time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    members.put("Frozen", clock.isFrozen());
    return new WireResponse(200, JsonTree.write(members), null);
  }

  private WireResponse internal(Throwable failure) {
    try {
      failures.failed(NAME, failure);
    } catch (RuntimeException | Error e) {
      // The client waits for a response, whatever a listener does.
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
    return WireResponse.of(new KmsInternalException(null));
  }
}
