package io.github.embeddedkms.local;

import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.operation.KmsRequest;

/**
 * A sample in its form on the wire, for tests of rooms that must not know any operation. It
 * succeeds with its provider.
 *
 * @param kms a provider of its own, of the Region eu-central-1 and the account 111122223333
 * @param operation the operation's name
 * @param body the request in JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SampleRequest(LocalKeyProvider kms, String operation, byte[] body) {

  /** Returns the number of samples. */
  public static int count() {
    return Sample.all().size();
  }

  /** Returns the sample at a position, with a new provider, which the caller must close. */
  public static SampleRequest at(int position) {
    Sample sample = Sample.all().get(position);
    Fixture fixture = sample.fixture();
    KmsRequest<?> request = sample.valid().apply(fixture);
    return new SampleRequest(fixture.kms, sample.operation(), JsonRecords.write((Record) request));
  }
}
