package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Records which permissions the calls of a service need, and derives the smallest policies that
 * give them: for each key a key policy, and for each user and role an identity policy. A test of an
 * application shows in this way what the application must be allowed to do.
 *
 * <pre>{@code
 * AccessRecorder recorder = AccessRecorder.around(provider);
 * runApplication(recorder.client(role));
 * System.out.println(recorder.report());
 * }</pre>
 *
 * <p><b>What is recorded.</b> Each call through {@link #client} records the permissions that it
 * asked for, unless it ended with {@link AccessDeniedException}: also one that ended with another
 * error of the service, and a dry run. What is on a key that the call creates counts only if the
 * call returned. Calls that do not go through this service are not recorded, such as those of the
 * provider itself. All sessions of a role are the role. Of a request, the principal, the action,
 * the ARN of the key or alias, the encryption context and the name of the alias are kept; never a
 * plaintext, a ciphertext, a message or a token. While calls are recorded, memory is bounded to
 * some 30 MB; {@link #report} says if something is missing.
 *
 * <p><b>What the policies allow.</b> Users and roles of a key's own account get identity policies,
 * and the key policy leaves their actions to the account. The key policy lists the root user of the
 * account, services of AWS and principals of other accounts, which need an identity policy besides.
 * For each set of names in encryption contexts, the conditions allow exactly these names, with the
 * values that occurred, in any combination; if a name had more than 20 values, with any value. Of
 * names that differ only in case, the values are not compared, because conditions take them for one
 * name. If an action was used by aliases only, it is allowed by these aliases only. Other facts
 * about the requests, for example tags, algorithms or the days of a waiting period, are not in the
 * conditions.
 *
 * <p>What a grant allows needs no policy, nor does a principal that retires its own grant. Where a
 * grant is for a whole account, its principals need an identity policy.
 *
 * <p>A key policy covers only what was recorded. Unless {@code kms:PutKeyPolicy} was, it cannot be
 * changed once it is in place, and putting it requires {@code BypassPolicyLockoutSafetyCheck}. AWS
 * managed keys get none, because theirs cannot be changed. Root users get no identity policy,
 * because they need none: to learn what an application needs, let a role make its calls. {@link
 * #warnings} says how many uses by root users are in no policy for that reason.
 *
 * <p>Every call is explained before it is made, as by {@link LocalKeyProvider#explain}, which takes
 * longer than most decisions: this is for tests. Safe for use by several threads.
 */
public final class AccessRecorder implements KmsService {

  private final KmsService service;
  private final LocalKeyProvider provider;
  private final AccessRecording recording;

  private AccessRecorder(KmsService service, LocalKeyProvider provider, AccessRecording recording) {
    this.service = Objects.requireNonNull(service, "service");
    this.provider = Objects.requireNonNull(provider, "provider");
    this.recording = recording;
  }

  /**
   * Creates a recorder of the calls of a provider.
   *
   * @param provider makes the calls; calls that it receives directly are not recorded
   * @return a recorder without calls
   */
  public static AccessRecorder around(LocalKeyProvider provider) {
    return around(provider, provider);
  }

  /**
   * Creates a recorder of the calls of a service in front of a provider, for example one that
   * simulates failures.
   *
   * @param service makes the calls
   * @param provider has the keys, and knows which permissions calls need
   * @return a recorder without calls
   */
  public static AccessRecorder around(KmsService service, LocalKeyProvider provider) {
    return new AccessRecorder(service, provider, new AccessRecording());
  }

  /**
   * Creates a recorder of the calls of another provider, which has its recording in common with
   * this one. The policies of both are for the calls of both. This is for tests that have a
   * provider each.
   *
   * @param provider makes the calls
   * @return a recorder with the calls of this one
   */
  public AccessRecorder andAround(LocalKeyProvider provider) {
    return new AccessRecorder(provider, provider, recording);
  }

  @Override
  public KmsClient client(Caller caller) {
    return new RecordingClient(service.client(caller), caller);
  }

  @Override
  public Caller defaultCaller() {
    return service.defaultCaller();
  }

  /**
   * Returns the smallest key policies that, together with the identity policies, allow the recorded
   * calls.
   *
   * @return the policies as JSON, in the form in which the service prints them, by the ARNs of the
   *     keys. One can have more than the 32,768 bytes that the service accepts, see {@link #report}
   */
  public Map<String, String> keyPolicies() {
    return policies().keyPolicies();
  }

  /**
   * Returns the smallest identity policies that, together with the key policies, allow the recorded
   * calls.
   *
   * @return the policies as JSON, by the ARNs of users, federated users and roles. The path of a
   *     role is known if the provider's identities have the role
   */
  public Map<String, String> identityPolicies() {
    return policies().identityPolicies();
  }

  /**
   * Returns all policies for people, and what to know about them: which are longer than AWS
   * accepts, and whether permissions are missing: because the recording was full, because they
   * could not be determined, or because a root user needs no policy for them.
   *
   * @return several lines
   */
  public String report() {
    SmallestPolicies policies = policies();
    return AccessReport.of(
        policies.keyPolicies(), policies.identityPolicies(), recording.omitted());
  }

  /**
   * Returns what to know about the policies before using them: which are longer than AWS accepts,
   * and whether permissions are missing.
   *
   * @return one sentence for each; empty if there is nothing
   */
  public List<String> warnings() {
    SmallestPolicies policies = policies();
    return AccessReport.warnings(
        policies.keyPolicies(), policies.identityPolicies(), recording.omitted());
  }

  private SmallestPolicies policies() {
    return new SmallestPolicies(recording.used());
  }

  /** Forgets all calls that were recorded. */
  public void reset() {
    recording.clear();
  }

  /** Returns the {@link #report}. */
  @Override
  public String toString() {
    return report();
  }

  /** Returns the permissions that a request needs; empty if they cannot be determined. */
  private Optional<List<UsedPermission>> permissions(Caller caller, KmsRequest<?> request) {
    try {
      return Optional.of(provider.permissions(caller, request));
    } catch (RuntimeException | Error e) {
      // Recording must not keep a call from being made. It nearly always fails in the same way.
      return Optional.empty();
    }
  }

  private void record(
      Optional<List<UsedPermission>> permissions, Predicate<UsedPermission> unused) {
    permissions.ifPresentOrElse(
        used -> recording.add(used.stream().filter(Predicate.not(unused)).toList()),
        recording::addUndetermined);
  }

  /** A client of one caller. Not a record, which would be printed with the whole report. */
  private final class RecordingClient implements KmsClient {

    private final KmsClient client;
    private final Caller caller;

    RecordingClient(KmsClient client, Caller caller) {
      this.client = client;
      this.caller = caller;
    }

    @Override
    public <R> R call(KmsRequest<R> request) {
      // Before the call, which may delete the key or alias.
      Optional<List<UsedPermission>> permissions = permissions(caller, request);
      R response;
      try {
        response = client.call(request);
      } catch (AccessDeniedException e) {
        throw e;
      } catch (KmsException e) {
        // The provider's other errors come after the permissions; so does the end of a dry run.
        record(permissions, UsedPermission::ofNewKey);
        throw e;
      }
      boolean withoutArn =
          permissions.stream().flatMap(List::stream).anyMatch(UsedPermission::isWithoutArn);
      // The call has created an AWS managed key, which has its own ARN from now on. There is none
      // if a service in front of the provider has made the call alone.
      record(withoutArn ? permissions(caller, request) : permissions, UsedPermission::isWithoutArn);
      return response;
    }
  }
}
