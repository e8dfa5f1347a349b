package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may do what, as the README shows it. */
class PoliciesTest {

  @Test
  void policies_ofRoleAndKey_decideAndAreExplained() {
    Identities identities =
        Identities.of(
            Map.of(
                "arn:aws:iam::111122223333:role/Orders",
                Identity.of(
                    Policy.identityPolicy(
                        """
                        {
                          "Version": "2012-10-17",
                          "Statement": {
                            "Sid": "OnlyAcme",
                            "Effect": "Allow",
                            "Action": "kms:GenerateDataKey",
                            "Resource": "*",
                            "Condition": {
                              "StringEquals": {"kms:EncryptionContext:tenant": "acme"}
                            }
                          }
                        }\
                        """))));
    LocalKeyProvider kms =
        LocalKeyProvider.builder().account("111122223333").identities(identities).build();
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();

    Caller orders = kms.defaultCaller().role("arn:aws:iam::111122223333:role/Orders", "s1");
    GenerateDataKey request =
        GenerateDataKeyBuilder.builder()
            .keyId(keyId)
            .keySpec(DataKeySpec.AES_256)
            .encryptionContext(Map.of("tenant", "Acme")) // not "acme"
            .build();
    try {
      kms.client(orders).call(request);
    } catch (AccessDeniedException e) {
      System.out.println(e.getMessage()); // what AWS says
      kms.explain(orders, request).forEach(System.out::println); // and why
    }
    assertThatThrownBy(() -> kms.client(orders).call(request))
        .hasMessage(
            "User: arn:aws:sts::111122223333:assumed-role/Orders/s1 is not authorized to perform:"
                + " kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:111122223333:key/"
                + keyId
                + " because no identity-based policy allows the kms:GenerateDataKey action");
    assertThat(kms.explain(orders, request))
        .singleElement()
        .hasToString(
            """
            DENIED kms:GenerateDataKey on arn:aws:kms:us-east-1:111122223333:key/%s for arn:aws:sts::111122223333:assumed-role/Orders/s1
              the key policy lets the account decide (statement 0 "Enable IAM User Permissions"), but no identity policy allows it
              near: identity policy #0 statement 0 "OnlyAcme": condition StringEquals kms:EncryptionContext:tenant wants [acme], the request has [Acme] (the value differs only in case)\
            """
                .formatted(keyId));
    kms.close();
  }
}
