package io.github.embeddedkms.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs that {@code mvn verify -Pinterop} runs over this library, in the order of the table
 * on the site. The version of each is the one that its build installs.
 */
enum RealProgram {
  SPRING_BOOT_3(
      "Spring Boot 3",
      Folders.TESTS + "JavaFrameworksIT.java",
      "SPRING_BOOT_3 = \"(.+)\"",
      "redirects the clients of an application, in 9 tests with JUnit 5"),
  SPRING_BOOT_4(
      "Spring Boot 4",
      Folders.TESTS + "JavaFrameworksIT.java",
      "SPRING_BOOT_4 = \"(.+)\"",
      "redirects the clients of an application, in 9 tests with JUnit 6"),
  QUARKUS(
      "Quarkus",
      Folders.INTEROP + "quarkus/pom.xml",
      "<quarkus.version>(.+)</",
      "redirects the clients of an application, in 3 tests"),
  KOTLIN(
      "Kotlin",
      Folders.INTEROP + "kotlin/pom.xml",
      "<kotlin.version>(.+)</",
      "compiles code that uses this library, and runs its 13 tests"),
  ENCRYPTION_SDK_JAVA(
      "AWS Encryption SDK for Java",
      Folders.INTEROP + "encryption/pom.xml",
      "<aws-encryption-sdk.version>(.+)</",
      "encrypts with MRK-aware keyrings, multi-keyrings and the caching materials manager"),
  ENCRYPTION_SDK_PYTHON(
      "AWS Encryption SDK for Python",
      Folders.INTEROP + "python/requirements.txt",
      "aws-encryption-sdk==(.+)",
      "encrypts for one key and for two"),
  ENCRYPTION_SDK_JAVASCRIPT(
      "AWS Encryption SDK for JavaScript",
      Folders.INTEROP + "javascript/package.json",
      "\"@aws-crypto/client-node\": \"(.+)\"",
      "encrypts with keyrings, MRK-aware ones too, and with a materials cache"),
  S3_ENCRYPTION_CLIENT(
      "Amazon S3 Encryption Client for Java",
      Folders.INTEROP + "encryption/pom.xml",
      "<s3-encryption-client.version>(.+)</",
      "stores and reads an object, with S3 in memory"),
  DATABASE_ENCRYPTION_SDK(
      "AWS Database Encryption SDK for DynamoDB",
      Folders.INTEROP + "encryption/pom.xml",
      "<database-encryption-sdk.version>(.+)</",
      "stores and reads an item, with DynamoDB in memory"),
  ICEBERG(
      "Apache Iceberg",
      Folders.INTEROP + "encryption/pom.xml",
      "<iceberg.version>(.+)</",
      "wraps, generates and unwraps keys with `AwsKeyManagementClient`"),
  MONGODB(
      "pymongocrypt",
      Folders.INTEROP + "python/requirements.txt",
      "pymongocrypt==(.+)",
      "encrypts fields as MongoDB's client-side encryption, over TLS"),
  TINK_GO(
      "tink-go-awskms",
      Folders.INTEROP + "go/go.mod",
      "tink-crypto/tink-go-awskms/v3 v(.+)",
      "encrypts, and wraps keys of `KMSEnvelopeAEAD`"),
  GO_KMS_WRAPPING(
      "go-kms-wrapping awskms",
      Folders.INTEROP + "go/go.mod",
      "go-kms-wrapping/wrappers/awskms/v2 v(.+)",
      "wraps and unwraps as Vault and Boundary do"),
  BOTO3(
      "boto3",
      Folders.INTEROP + "python/requirements.txt",
      "boto3==(.+)",
      "encrypts, signs and manages keys, and reads errors"),
  SDK_JAVASCRIPT_3(
      "AWS SDK for JavaScript v3",
      Folders.INTEROP + "javascript/package.json",
      "\"@aws-sdk/client-kms\": \"(.+)\"",
      "encrypts, signs and manages keys, and reads errors"),
  SDK_JAVASCRIPT_2(
      "AWS SDK for JavaScript v2",
      Folders.INTEROP + "javascript-v2/package.json",
      "\"aws-sdk\": \"(.+)\"",
      "calls the host of AWS KMS, which is this machine"),
  SDK_GO(
      "AWS SDK for Go v2",
      Folders.INTEROP + "go/go.mod",
      "aws-sdk-go-v2/service/kms v(.+)",
      "encrypts, signs and manages keys, and reads errors"),
  AWS_CLI_1(
      "AWS CLI 1",
      Folders.INTEROP + "python/requirements.txt",
      "awscli==(.+)",
      "runs commands, and prints every format and error"),
  AWS_CLI_2(
      "AWS CLI 2",
      // That of the machine.
      Folders.TESTS + "Machine.java",
      "aws-cli/(2)",
      "runs commands, scripts, and the table that the command line is compared with");

  private static final Path SITE = Path.of("src/site/markdown/interop.md");

  private final String programName;
  private final String pinnedIn;
  private final String pin;
  private final String does;

  /**
   * Declares a program.
   *
   * @param pinnedIn the file with its version
   * @param pin a regular expression, whose group is the version
   * @param does what it does here
   */
  RealProgram(String programName, String pinnedIn, String pin, String does) {
    this.programName = programName;
    this.pinnedIn = pinnedIn;
    this.pin = pin;
    this.does = does;
  }

  private static final class Folders {
    static final String INTEROP = "src/test/interop/";
    static final String TESTS = "src/test/java/io/github/embeddedkms/interop/";
  }

  /** The version that the build installs; of the AWS CLI 2, the machine's, its first number. */
  String version() {
    try {
      Matcher found = Pattern.compile(pin).matcher(Files.readString(Path.of(pinnedIn)));
      if (!found.find()) {
        throw new AssertionError(pinnedIn + " has no " + pin);
      }
      return found.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The row of this program in the table, without a line break. */
  String row(String version) {
    return "| " + programName + " | " + version + " | " + does + " |";
  }

  /** The page with the table. */
  static String site() {
    try {
      return Files.readString(SITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
