package app

import io.github.embeddedkms.awssdk.AwsSdk
import io.github.embeddedkms.endpoint.KmsEndpoint
import io.github.embeddedkms.junit.EmbeddedKms
import io.github.embeddedkms.junit.EmbeddedKmsExtension
import io.github.embeddedkms.local.LocalKeyProvider
import io.github.embeddedkms.local.Seed
import java.net.URI
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.RegisterExtension
import software.amazon.awssdk.core.SdkBytes
import software.amazon.awssdk.services.kms.KmsAsyncClient
import software.amazon.awssdk.services.kms.KmsClient

class Orders(private val kms: KmsClient, private val keyId: String) {

    fun encrypt(note: String): SdkBytes =
        kms.encrypt { it.keyId(keyId).plaintext(SdkBytes.fromUtf8String(note)) }.ciphertextBlob()

    fun decrypt(note: SdkBytes): String =
        kms.decrypt { it.ciphertextBlob(note) }.plaintext().asUtf8String()
}

@EmbeddedKms(aliases = ["alias/orders"])
class OrdersTest {

    @Test
    fun `note is encrypted, and comes back`(kms: KmsClient) { // the AWS SDK's own client
        val orders = Orders(kms, "alias/orders")
        val note = orders.encrypt("two spare keys")
        assertEquals("two spare keys", orders.decrypt(note))
    }

    @EmbeddedKms
    private lateinit var field: KmsClient

    @Test
    fun `everything that a test receives has the same keys`(
        provider: LocalKeyProvider,
        typed: io.github.embeddedkms.KmsClient,
        async: KmsAsyncClient,
        endpoint: URI,
    ) {
        val keyId = provider.describeKey { it.keyId("alias/orders") }.keyMetadata().keyId()
        assertEquals(keyId, typed.describeKey { it.keyId("alias/orders") }.keyMetadata().keyId())
        assertEquals(keyId, field.describeKey { it.keyId("alias/orders") }.keyMetadata().keyId())
        val described = async.describeKey { it.keyId("alias/orders") }.join()
        assertEquals(keyId, described.keyMetadata().keyId())
        assertTrue(endpoint.port > 0)
    }
}

class SeededTest {

    companion object {
        private val SEED: Seed = Seed.builder()
            .key("bc436485-5092-42b8-92a3-0aa8b93536dc") {
                it.backingKey("5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9")
                    .alias("alias/orders")
            }
            .build()

        @JvmField
        @RegisterExtension
        val EXTENSION: EmbeddedKmsExtension = EmbeddedKmsExtension.builder().seed(SEED).build()
    }

    @Test
    fun `seeded key is there, also over an endpoint`(provider: LocalKeyProvider) {
        AwsSdk.client(provider).use { sdk ->
            val key = sdk.describeKey { it.keyId("alias/orders") }.keyMetadata()
            assertEquals("bc436485-5092-42b8-92a3-0aa8b93536dc", key.keyId())
        }
        KmsEndpoint.start(provider).use { endpoint -> assertEquals("http", endpoint.url().scheme) }
    }
}
