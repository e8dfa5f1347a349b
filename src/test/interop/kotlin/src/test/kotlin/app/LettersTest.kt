package app

import io.github.embeddedkms.envelope.AtomicFile
import io.github.embeddedkms.envelope.CacheLimits
import io.github.embeddedkms.envelope.Envelope
import io.github.embeddedkms.envelope.WrongContextOrKeyException
import io.github.embeddedkms.local.LocalKeyProvider
import io.github.embeddedkms.model.EncryptionContext
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class LettersTest {

    @Test
    fun `letter is sealed and opened`() {
        LocalKeyProvider.inMemory().use { kms ->
            val keyId = kms.createKey { it.description("letters") }.keyMetadata().keyId()
            val envelope = Envelope.builder(kms).key(keyId).build()
            val context = EncryptionContext.of(mapOf("tenant" to "acme"))
            val sealed = envelope.seal("Hello, world!".toByteArray(), context)
            val opened = envelope.open(sealed, context) // throws if the context is not the same
            assertEquals("Hello, world!", opened.decodeToString())
            assertThrows(WrongContextOrKeyException::class.java) {
                envelope.open(sealed, EncryptionContext.none())
            }
        }
    }

    @Test
    fun `files and streams are sealed under a cached data key`(@TempDir folder: Path) {
        val film = Files.write(folder.resolve("film"), ByteArray(200_000) { it.toByte() })
        val sealedFilm = folder.resolve("film.sealed")
        val copy = folder.resolve("copy")
        val context = EncryptionContext.none()
        LocalKeyProvider.inMemory().use { kms ->
            val keyId = kms.createKey { }.keyMetadata().keyId()
            val other = kms.createKey { }.keyMetadata().keyId()
            val limits = CacheLimits.ofMaximumAge(Duration.ofMinutes(5))
            Envelope.builder(kms).key(keyId).cache(limits).build().use { envelope ->
                Files.newInputStream(film).use { input ->
                    Files.newOutputStream(sealedFilm).use { output ->
                        envelope.seal(input, output, context)
                    }
                }
                Files.newInputStream(sealedFilm).use { input ->
                    AtomicFile.create(copy).use { output ->
                        envelope.open(input, output, context)
                        output.commit()
                    }
                }
                assertEquals(-1L, Files.mismatch(film, copy))
                envelope.opening(Files.newInputStream(sealedFilm), context).use { opened ->
                    assertEquals(200_000, opened.readBytes().size)
                }
                val message = Files.readAllBytes(sealedFilm)
                val rewrapped = envelope.rewrap(message, context, listOf(other))
                assertEquals(1, Envelope.inspect(rewrapped).claimedKeyArns().size)
            }
        }
    }
}
