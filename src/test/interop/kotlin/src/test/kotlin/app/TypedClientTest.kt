package app

import io.github.embeddedkms.KmsClient
import io.github.embeddedkms.exception.InvalidCiphertextException
import io.github.embeddedkms.exception.NotFoundException
import io.github.embeddedkms.local.LocalKeyProvider
import io.github.embeddedkms.model.DataKeyPairSpec
import io.github.embeddedkms.model.DataKeySpec
import io.github.embeddedkms.model.KeyListEntry
import io.github.embeddedkms.model.KeySpec
import io.github.embeddedkms.model.KeyUsageType
import io.github.embeddedkms.model.SecretBytes
import io.github.embeddedkms.model.SigningAlgorithmSpec
import io.github.embeddedkms.operation.Decrypt
import io.github.embeddedkms.operation.DecryptBuilder
import io.github.embeddedkms.operation.GenerateRandomBuilder
import io.github.embeddedkms.operation.KmsRequest
import io.github.embeddedkms.store.RootKey
import java.io.IOException
import java.nio.file.Path
import java.time.Instant
import java.util.concurrent.atomic.AtomicReference
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class TypedClientTest {

    private val kms = LocalKeyProvider.inMemory()
    private val keyId = kms.createKey { it.description("orders") }.keyMetadata().keyId()

    @AfterEach
    fun closeProvider() = kms.close()

    @Test
    fun `data key, used and wiped, can be decrypted again`() {
        val dataKey = kms.generateDataKey { it.keyId(keyId).keySpec(DataKeySpec.AES_256) }
        val algorithm = dataKey.requirePlaintext().use { it.toSecretKey("AES").algorithm }
        val sameKey = kms.decrypt { it.ciphertextBlob(dataKey.ciphertextBlob()) }.requirePlaintext()
        assertEquals("AES", algorithm)
        assertEquals(32, sameKey.use { it.length() })
        assertThrows(IllegalStateException::class.java) { sameKey.asByteArray() }
    }

    @Test
    fun `plaintexts that may be absent are nullable, or required`() {
        val pair = kms.generateDataKeyPair {
            it.keyId(keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_P256)
        }
        val privateKey: SecretBytes? = pair.privateKeyPlaintext()
        assertEquals(privateKey, pair.requirePrivateKeyPlaintext())
        assertNull(pair.ciphertextForRecipient()?.asByteArray())
        val request = GenerateRandomBuilder.builder().numberOfBytes(16).build()
        val random: SecretBytes = kms.call(request).requirePlaintext()
        assertEquals(16, random.lendTo { it.size })
        assertEquals(16, random.lend<Int, Exception> { it.size })
    }

    @Test
    fun `secret is lent to code that throws, returns nothing or returns null`() {
        val secret = SecretBytes.fromUtf8String("hello")
        var length = 0
        secret.lendTo { length = it.size }
        assertEquals(5, length)
        assertNull(secret.lendTo { bytes -> bytes.firstOrNull { it == 0.toByte() } })
        assertThrows(IOException::class.java) { secret.lendTo { throw IOException("no") } }
        assertArrayEquals(ByteArray(4), SecretBytes.filledBy(4) { it.fill(0) }.asByteArray())
    }

    @Test
    fun `encryption context and errors are those of the service`() {
        val context = mapOf("tenant" to "acme", "table" to "orders")
        kms.createAlias { it.aliasName("alias/orders").targetKeyId(keyId) }
        val blob = kms.encrypt {
            it.keyId("alias/orders")
                .plaintext(SecretBytes.fromUtf8String("hello"))
                .encryptionContext(context)
        }.ciphertextBlob()
        val opened = kms.decrypt { it.ciphertextBlob(blob).encryptionContext(context) }
        assertEquals("hello", opened.requirePlaintext().asUtf8String())
        assertThrows(InvalidCiphertextException::class.java) {
            kms.decrypt { it.ciphertextBlob(blob).encryptionContext(mapOf("tenant" to "other")) }
        }
        val missing = assertThrows(NotFoundException::class.java) {
            kms.describeKey { it.keyId("alias/missing") }
        }
        assertEquals("NotFoundException", missing.errorCode())
        assertEquals(
            "Alias arn:aws:kms:us-east-1:000000000000:alias/missing is not found.",
            missing.message,
        )
    }

    @Test
    fun `signature is verified`() {
        val signer = kms.createKey {
            it.keySpec(KeySpec.ECC_NIST_P256).keyUsage(KeyUsageType.SIGN_VERIFY)
        }.keyMetadata().keyId()
        val message = SecretBytes.fromUtf8String("hello")
        val signature = kms.sign {
            it.keyId(signer).message(message).signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
        }.signature()
        assertTrue(
            kms.verify {
                it.keyId(signer).message(message).signature(signature)
                    .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
            }.signatureValid()
        )
    }

    @Test
    fun `listings are sequences, Regions and clocks are arguments`() {
        val ids = kms.listKeysPages { it.limit(100) }.flatMap { it.keys() }.map(KeyListEntry::keyId)
        assertEquals(listOf(keyId), ids)
        val items = kms.listKeysPages { }.items().map { it.keyArn() }.toList()
        assertEquals(1, items.size)

        val time = AtomicReference(Instant.parse("2026-01-01T00:00:00Z"))
        val builder = LocalKeyProvider.builder().region("eu-central-1").clock { time.get() }
        builder.build().use { provider ->
            val ireland: KmsClient = provider.inRegion("eu-west-1")
            val key = ireland.createKey { }.keyMetadata()
            assertEquals(time.get(), key.creationDate())
            val deletion = ireland.scheduleKeyDeletion {
                it.keyId(key.keyId()).pendingWindowInDays(7)
            }
            time.set(deletion.deletionDate())
            assertEquals(1, provider.purge())
        }
    }

    @Test
    fun `keys are kept in a file`(@TempDir directory: Path) {
        RootKey.createFile(directory.resolve("root.key"))
        val id = RootKey.fromFile(directory.resolve("root.key")).use { rootKey ->
            LocalKeyProvider.open(directory.resolve("keys.db"), rootKey).use { stored ->
                stored.createKey { }.keyMetadata().keyId()
            }
        }
        RootKey.fromFile(directory.resolve("root.key")).use { rootKey ->
            LocalKeyProvider.open(directory.resolve("keys.db"), rootKey).use { stored ->
                assertEquals(id, stored.describeKey { it.keyId(id) }.keyMetadata().keyId())
            }
        }
    }

    /** A decorator is one method. */
    private class Counting(private val next: KmsClient) : KmsClient {
        var calls = 0

        override fun <R> call(request: KmsRequest<R>): R {
            calls++
            return next.call(request)
        }
    }

    @Test
    fun `decorator implements one method, and requests are values`() {
        val counting = Counting(kms)
        counting.createKey { }
        counting.listKeys { }
        assertEquals(2, counting.calls)
        val request: Decrypt = DecryptBuilder.builder().keyId(keyId).dryRun(true).build()
        assertEquals(keyId, request.keyId)
        assertEquals(true, request.dryRun)
    }
}
