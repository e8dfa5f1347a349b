package io.github.embeddedkms.local;

import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.operation.KmsRequest;

/**
 * A sample as it arrives over the wire, for tests of rooms that know no operation: sent to its
 * provider, it succeeds.
 *
 * @param kms a provider of its own, of the Region eu-central-1 and the account 111122223333
 * @param operation what is asked for
 * @param body the request in JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SampleRequest(LocalKeyProvider kms, String operation, byte[] body) {

  /** How many there are. */
  public static int count() {
    return Sample.all().size();
  }

  /** The sample at a position, over a new provider, which whoever asks closes. */
  public static SampleRequest at(int position) {
    Sample sample = Sample.all().get(position);
    Fixture fixture = sample.fixture();
    KmsRequest<?> request = sample.valid().apply(fixture);
    return new SampleRequest(fixture.kms, sample.operation(), JsonRecords.write((Record) request));
  }
}
