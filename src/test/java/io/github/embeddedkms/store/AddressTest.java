package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final Address KEY = new Address("111122223333", "eu-west-1", KEY_ID);

  @Test
  void arn_ofKeyAndOfAlias_hasThePartitionThatIsAskedFor() {
    for (String partition : new String[] {"aws", "aws-cn", "aws", "aws"}) {
      String prefix = "arn:" + partition + ":kms:eu-west-1:111122223333:";
      assertThat(KEY.arn(partition)).isEqualTo(prefix + "key/" + KEY_ID);
      assertThat(new Address("111122223333", "eu-west-1", "alias/a").arn(partition))
          .isEqualTo(prefix + "alias/a");
    }
  }

  @Test
  void equality_dependsOnAllParts_andNotOnTheArn() {
    String unused = KEY.arn("aws");
    Address same = new Address("111122223333", "eu-west-1", KEY_ID);
    assertThat(same).isEqualTo(KEY).hasSameHashCodeAs(KEY).isEqualByComparingTo(KEY);
    assertThat(new Address("111122223334", "eu-west-1", KEY_ID)).isNotEqualTo(KEY);
    assertThat(new Address("111122223333", "eu-west-2", KEY_ID)).isNotEqualTo(KEY);
    assertThat(new Address("111122223333", "eu-west-1", "alias/a")).isNotEqualTo(KEY);
    assertThat(KEY)
        .hasToString("Address[account=111122223333, region=eu-west-1, id=" + KEY_ID + "]");
  }
}
