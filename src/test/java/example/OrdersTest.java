package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** The documented example of a test class. */
@EmbeddedKms(aliases = "alias/orders")
class OrdersTest {

  @Test
  void note_isEncrypted_andComesBack(KmsClient kms) { // the AWS SDK's own client
    Orders orders = new Orders(kms, "alias/orders");
    SdkBytes note = orders.encrypt("two spare keys");
    assertThat(orders.decrypt(note)).isEqualTo("two spare keys");
  }
}
