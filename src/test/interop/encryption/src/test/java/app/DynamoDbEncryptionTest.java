package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.DynamoDbEncryptionInterceptor;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.model.DynamoDbTableEncryptionConfig;
import software.amazon.cryptography.dbencryptionsdk.dynamodb.model.DynamoDbTablesEncryptionConfig;
import software.amazon.cryptography.dbencryptionsdk.structuredencryption.model.CryptoAction;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/** The AWS Database Encryption SDK for DynamoDB over a table with one item in memory. */
@EmbeddedKms
class DynamoDbEncryptionTest {

  @Test
  void item_isStoredEncrypted_andComesBack(KmsClient kms) {
    String key = kms.createKey().keyMetadata().arn();
    IKeyring keyring =
        MaterialProviders.builder()
            .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
            .build()
            .CreateAwsKmsKeyring(
                CreateAwsKmsKeyringInput.builder().kmsClient(kms).kmsKeyId(key).build());
    DynamoDbTableEncryptionConfig table =
        DynamoDbTableEncryptionConfig.builder()
            .logicalTableName("orders")
            .partitionKeyName("id")
            .attributeActionsOnEncrypt(
                Map.of("id", CryptoAction.SIGN_ONLY, "note", CryptoAction.ENCRYPT_AND_SIGN))
            .keyring(keyring)
            .build();
    DynamoDbEncryptionInterceptor encryption =
        DynamoDbEncryptionInterceptor.builder()
            .config(
                DynamoDbTablesEncryptionConfig.builder()
                    .tableEncryptionConfigs(Map.of("orders", table))
                    .build())
            .build();
    Operations.taken();
    Table stored = new Table();
    Map<String, AttributeValue> item =
        Map.of("id", AttributeValue.fromS("7"), "note", AttributeValue.fromS("two spare keys"));
    try (DynamoDbClient dynamoDb =
        DynamoDbClient.builder()
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(stored)
            .overrideConfiguration(settings -> settings.addExecutionInterceptor(encryption))
            .build()) {
      dynamoDb.putItem(put -> put.tableName("orders").item(item));
      assertThat(Operations.taken()).containsExactly("GenerateDataKey");
      assertThat(stored.item()).contains("\"id\":{\"S\":\"7\"}").doesNotContain("spare");

      assertThat(
              dynamoDb
                  .getItem(
                      get -> get.tableName("orders").key(Map.of("id", AttributeValue.fromS("7"))))
                  .item())
          .containsAllEntriesOf(item);
      assertThat(Operations.taken()).containsExactly("Decrypt");
    }
  }
}
