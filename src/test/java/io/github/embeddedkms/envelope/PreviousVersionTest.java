package io.github.embeddedkms.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.envelope.OfflineVectors.Vector;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The previous version of this package, which knows only version 1 of the messages. */
class PreviousVersionTest {

  /** The text file next to the jar documents how it was built. */
  private static final Path JAR = Path.of("src/test/resources/versions/envelope-1.jar");

  private static final EncryptionContext NONE = EncryptionContext.none();
  private static final byte[] TEXT = "hello".getBytes(UTF_8);

  private static Loader previous;

  /** Loads this package from the jar, and everything else from the class path. */
  private static final class Loader extends URLClassLoader {

    Loader(URL jar) {
      super(new URL[] {jar}, PreviousVersionTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Envelope.class.getPackageName() + ".")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @BeforeAll
  static void load() throws IOException {
    previous = new Loader(JAR.toUri().toURL());
  }

  @AfterAll
  static void close() throws IOException {
    previous.close();
  }

  static List<Vector> vectors() throws IOException {
    return OfflineVectors.all();
  }

  /** Creates an envelope of the previous version. */
  private static Object envelope(KmsClient kms, String keyId) throws Exception {
    Object builder = type("Envelope").getMethod("builder", KmsClient.class).invoke(null, kms);
    builder = type("EnvelopeBuilder").getMethod("key", String.class).invoke(builder, keyId);
    return type("EnvelopeBuilder").getMethod("build").invoke(builder);
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    Class<?> type = previous.loadClass(Envelope.class.getPackageName() + "." + name);
    assertThat(type.getClassLoader()).isSameAs(previous);
    return type;
  }

  /** Calls a method of an envelope with bytes and a context, and returns the bytes it returns. */
  private static byte[] call(Object envelope, String method, byte[] bytes) throws Throwable {
    try {
      return (byte[])
          type("Envelope")
              .getMethod(method, byte[].class, EncryptionContext.class)
              .invoke(envelope, bytes, NONE);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void previousVersion_messageSealedOffline_asksForAnUpdate(Vector vector) throws Exception {
    Object envelope = envelope(StubKms.returning(new byte[32]), OfflineVectors.ARN);
    assertThatThrownBy(() -> call(envelope, "open", vector.message()))
        .isInstanceOf(type("UnsupportedVersionException"))
        .hasMessage(
            "embedded-kms: the message has version 2, but this library reads only version 1; update"
                + " it");
    assertThatThrownBy(
            () ->
                type("Envelope")
                    .getMethod("inspect", byte[].class)
                    .invoke(null, (Object) vector.message()))
        .cause()
        .isInstanceOf(type("UnsupportedVersionException"));
  }

  @Test
  void bothVersions_messageForOnlineKeys_openEachOthers() throws Throwable {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyArn = kms.createKey(key -> {}).keyMetadata().arn();
      Object former = envelope(kms, keyArn);
      Envelope current = Envelope.builder(kms).key(keyArn).build();
      assertThat(call(former, "open", current.seal(TEXT, NONE))).isEqualTo(TEXT);
      assertThat(current.open(call(former, "seal", TEXT), NONE)).isEqualTo(TEXT);
    }
  }
}
