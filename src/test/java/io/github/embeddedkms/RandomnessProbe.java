package io.github.embeddedkms;

import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.lang.StackWalker.StackFrame;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A program that performs every action of the library that needs randomness, and prints the class
 * and algorithm of each use. It intercepts the JDK's own sources, which still generate the bytes.
 */
public final class RandomnessProbe {

  private static final Set<String> DRAWN = new ConcurrentSkipListSet<>();

  private RandomnessProbe() {}

  /** Arguments: a folder for stores. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("default: " + new SecureRandom().getAlgorithm());
    Security.insertProviderAt(new Recording(Security.getProvider("SUN")), 1);
    Path folder = Path.of(arguments[0]);
    aesKey();
    sm4Key();
    store(folder);
    rootKeyFile(folder);
    EndpointCertificate.generate(List.of());
    new TreeSet<>(DRAWN).forEach(System.out::println);
  }

  private static void aesKey() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
      try (SecretBytes text = SecretBytes.fromUtf8String("text")) {
        kms.encrypt(b -> b.keyId(keyId).plaintext(text));
      }
      kms.generateRandom(b -> b.numberOfBytes(10));
      try (Envelope envelope = Envelope.builder(kms).key(keyId).build()) {
        envelope.seal(new byte[10], EncryptionContext.none());
      }
    }
  }

  private static void sm4Key() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_128));
    }
  }

  private static void store(Path folder) {
    try (RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray());
        SealedKeyStorage storage =
            SealedKeyStorage.builder(folder.resolve("store.db")).rootKey(rootKey).open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      kms.createKey(b -> {});
      storage.reseal();
      storage.changeRootKey(rootKey);
    }
  }

  private static void rootKeyFile(Path folder) {
    RootKey.createFile(folder.resolve("root.key"));
  }

  /** All sources of the JDK's provider by their own names, the default source first. */
  private static final class Recording extends Provider {

    private static final long serialVersionUID = 1L;

    Recording(Provider original) {
      super("Recording", "1", "records the callers");
      putService(new Source(this, original, new SecureRandom().getAlgorithm()));
      original.getServices().stream()
          .filter(service -> service.getType().equals("SecureRandom"))
          .forEach(service -> putService(new Source(this, original, service.getAlgorithm())));
    }
  }

  private static final class Source extends Provider.Service {

    private final Provider original;

    Source(Provider provider, Provider original, String algorithm) {
      super(provider, "SecureRandom", algorithm, RecordingSpi.class.getName(), List.of(), null);
      this.original = original;
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      return new RecordingSpi(SecureRandom.getInstance(getAlgorithm(), original));
    }
  }

  private static final class RecordingSpi extends SecureRandomSpi {

    private static final long serialVersionUID = 1L;

    private final SecureRandom original;

    RecordingSpi(SecureRandom original) {
      this.original = original;
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      DRAWN.add(original.getAlgorithm() + " " + callerOfRandom());
      original.nextBytes(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      DRAWN.add(original.getAlgorithm() + " " + callerOfRandom());
      return original.generateSeed(length);
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      original.setSeed(seed);
    }
  }

  /**
   * Returns the class that called the JDK's classes. The JDK itself also needs randomness, for
   * example for the names of temporary files.
   */
  private static String callerOfRandom() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .map(StackFrame::getClassName)
                    .filter(name -> !name.startsWith("java"))
                    .filter(name -> !name.startsWith("sun."))
                    .filter(name -> !name.startsWith(RandomnessProbe.class.getName()))
                    .findFirst()
                    .orElse("the JDK"));
  }
}
