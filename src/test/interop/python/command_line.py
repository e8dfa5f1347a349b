"""The AWS CLI as a program that is run, and what both of its versions must do."""

import base64
import json
import os
import subprocess
import tempfile

import service

SECONDS = 60


class CommandLine:
    """`aws kms` with its own credentials and endpoint; without, those of the environment."""

    def __init__(self, program, endpoint=None, access_key=None, secret=None, ca_bundle=None):
        self.program = program
        self.options = ["--endpoint-url", endpoint] if endpoint else []
        self.environment = dict(os.environ)
        if access_key:
            self.environment["AWS_ACCESS_KEY_ID"] = access_key
        if secret:
            self.environment["AWS_SECRET_ACCESS_KEY"] = secret
        if ca_bundle:
            self.environment["AWS_CA_BUNDLE"] = ca_bundle
            self.environment["AWS_MAX_ATTEMPTS"] = "1"

    def run(self, *arguments):
        return subprocess.run(
            [self.program, *self.options, "kms", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )

    def text(self, *arguments):
        """What a command prints that must succeed."""
        done = self.run(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exits {done.returncode}: {done.stderr}")
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.text(*arguments, "--output", "json"))

    def refusal(self, *arguments):
        """The exit code of a command that must fail, and what it says."""
        done = self.run(*arguments)
        # Some releases of version 2 begin with their own name.
        return done.returncode, done.stderr.strip("\n").removeprefix("aws: [ERROR]: ")


class CommandLineContract:
    """Tests of both versions; each runs them with its own exit codes."""

    ACCOUNT_OF_PAGES = None
    SERVICE_ERROR = None
    USAGE_ERROR = None
    PARAMETER_ERROR = None
    CONNECTION_ERROR = 255

    CONTEXT = "tenant=23,purpose=orders"
    CONTEXT_AS_JSON = '{"purpose": "orders", "tenant": "23"}'
    DATA_KEY_COMMANDS = {
        "generate-data-key": "GenerateDataKey",
        "generate-data-key-without-plaintext": "GenerateDataKeyWithoutPlaintext",
    }

    def command_line(self, **arguments):
        raise NotImplementedError

    def instant(self, printed):
        """The instant that this version prints as text or number."""
        raise NotImplementedError

    def setUp(self):
        self.aws = self.command_line()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def new_key(self):
        return self.aws.json("create-key")["KeyMetadata"]["KeyId"]

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def plaintext_of(self, blob, *arguments):
        """Decrypts a ciphertext that was printed in Base64."""
        path = self.file("ciphertext", base64.b64decode(blob))
        opened = self.aws.json("decrypt", "--ciphertext-blob", "fileb://" + path, *arguments)
        return base64.b64decode(opened["Plaintext"])

    def assert_refused(self, code, operation, message, *arguments):
        self.assertEqual(
            self.aws.refusal(*arguments),
            (
                self.SERVICE_ERROR,
                f"An error occurred ({code}) when calling the {operation} operation: {message}",
            ),
        )

    def assert_not_yet(self, operation, what, *arguments):
        self.assert_refused(
            "EmbeddedKmsNotSupportedYet",
            operation,
            f"embedded-kms: {what} is not supported yet",
            *arguments,
        )

    def test_signature_and_mac_verify(self):
        for spec, usage, sign, verify, algorithm, name in [
            ("ECC_NIST_P256", "SIGN_VERIFY", "sign", "verify")
            + ("--signing-algorithm=ECDSA_SHA_256", "Signature"),
            ("HMAC_256", "GENERATE_VERIFY_MAC", "generate-mac", "verify-mac")
            + ("--mac-algorithm=HMAC_SHA_256", "Mac"),
        ]:
            with self.subTest(spec):
                created = self.aws.json("create-key", "--key-spec", spec, "--key-usage", usage)
                message = "fileb://" + self.file("message", b"message")
                request = ["--key-id", created["KeyMetadata"]["KeyId"], algorithm]
                made = self.aws.json(sign, *request, "--message", message)[name]
                value = "fileb://" + self.file(name, base64.b64decode(made))
                verified = self.aws.json(
                    verify, *request, "--message", message, "--" + name.lower(), value
                )
                self.assertIs(verified[name + "Valid"], True)

    def test_create_key_options_show_in_the_metadata(self):
        created = self.aws.json(
            "create-key",
            *("--description", "Schlüssel für Bestellungen"),
            *("--key-usage", "ENCRYPT_DECRYPT"),
            *("--key-spec", "SYMMETRIC_DEFAULT"),
            *("--customer-master-key-spec", "SYMMETRIC_DEFAULT"),
            *("--origin", "AWS_KMS"),
            *("--tags", "TagKey=team,TagValue=shop", "TagKey=stage,TagValue="),
            "--bypass-policy-lockout-safety-check",
            "--no-multi-region",
        )["KeyMetadata"]
        self.assertEqual(created["Arn"], service.arn("key/" + created["KeyId"]))
        self.assertEqual(created["Description"], "Schlüssel für Bestellungen")
        self.assertEqual(created["KeyUsage"], "ENCRYPT_DECRYPT")
        self.assertEqual(created["KeySpec"], "SYMMETRIC_DEFAULT")
        self.assertEqual(created["Origin"], "AWS_KMS")
        self.assertIs(created["MultiRegion"], False)
        # Not earlier than this library.
        self.assertGreater(self.instant(created["CreationDate"]).year, 2025)
        described = self.aws.json("describe-key", "--key-id", created["Arn"])
        self.assertEqual(described["KeyMetadata"], created)

        self.aws.json(
            "create-key",
            "--no-bypass-policy-lockout-safety-check",
            *("--tags", '[{"TagKey": "team", "TagValue": "shop"}]'),
        )

    def test_create_key_options_not_supported_yet_say_so(self):
        for what, options in {
            "Origin AWS_CLOUDHSM": ["--origin", "AWS_CLOUDHSM"],
            "CustomKeyStoreId": ["--custom-key-store-id", "cks-1234567890abcdef0"],
            "XksKeyId": ["--xks-key-id", "external-key"],
        }.items():
            with self.subTest(what):
                self.assert_not_yet("CreateKey", what, "create-key", *options)

    def test_create_key_wrong_options_are_refused_in_the_words_of_the_service(self):
        self.assert_refused(
            "ValidationException",
            "CreateKey",
            service.violation("keySpec", "satisfy enum value set: " + service.KEY_SPECS, "AES_256"),
            *("create-key", "--key-spec", "AES_256"),
        )
        self.assert_refused(
            "TagException",
            "CreateKey",
            "Duplicate tag keys",
            *("create-key", "--tags", "TagKey=a,TagValue=b", "TagKey=a,TagValue=c"),
        )

    def test_data_key_options_of_length(self):
        key = self.new_key()
        for command in self.DATA_KEY_COMMANDS:
            for options, size in [
                (["--key-spec", "AES_256"], 32),
                (["--key-spec", "AES_128"], 16),
                (["--number-of-bytes", "1024"], 1024),
            ]:
                with self.subTest(command=command, options=options):
                    made = self.aws.json(command, "--key-id", key, *options)
                    self.assertEqual(made["KeyId"], service.arn("key/" + key))
                    plaintext = self.plaintext_of(made["CiphertextBlob"])
                    self.assertEqual(len(plaintext), size)
                    if command == "generate-data-key":
                        self.assertEqual(base64.b64decode(made["Plaintext"]), plaintext)
                    else:
                        self.assertNotIn("Plaintext", made)

    def test_data_key_wrong_options_are_refused_in_the_words_of_the_service(self):
        key = self.new_key()
        enumeration = "satisfy enum value set: " + service.KEY_SPECS
        for command, operation in self.DATA_KEY_COMMANDS.items():
            for options, code, message in [
                ([], "ValidationException", service.NO_DATA_KEY_LENGTH),
                (
                    ["--number-of-bytes", "1025"],
                    "ValidationException",
                    service.violation(
                        "numberOfBytes", "have value less than or equal to 1024", "1025"
                    ),
                ),
                (
                    ["--key-spec", "AES_512"],
                    "ValidationException",
                    service.violation("keySpec", enumeration, "AES_512"),
                ),
                (
                    ["--key-spec", "AES_256", "--grant-tokens", "one", "two"],
                    "InvalidGrantTokenException",
                    service.NO_GRANT,
                ),
            ]:
                with self.subTest(command=command, options=options):
                    self.assert_refused(code, operation, message, command, "--key-id", key, *options)

    def test_context_in_shorthand_json_and_file_is_the_same(self):
        key = self.new_key()
        in_a_file = "file://" + self.file("context.json", self.CONTEXT_AS_JSON.encode())
        for command in self.DATA_KEY_COMMANDS:
            made = self.aws.json(
                command,
                *("--key-id", key),
                *("--key-spec", "AES_256"),
                *("--encryption-context", self.CONTEXT),
            )
            for context in [self.CONTEXT, self.CONTEXT_AS_JSON, in_a_file]:
                with self.subTest(command=command, context=context):
                    opened = self.plaintext_of(
                        made["CiphertextBlob"], "--encryption-context", context
                    )
                    self.assertEqual(len(opened), 32)

    def test_wrong_context_is_an_invalid_ciphertext_without_text(self):
        blob = self.aws.json(
            "generate-data-key-without-plaintext",
            *("--key-id", self.new_key()),
            *("--key-spec", "AES_256"),
            *("--encryption-context", self.CONTEXT),
        )["CiphertextBlob"]
        path = "fileb://" + self.file("ciphertext", base64.b64decode(blob))
        for context in [[], ["--encryption-context", "tenant=24,purpose=orders"]]:
            with self.subTest(context=context):
                self.assert_refused(
                    "InvalidCiphertextException",
                    "Decrypt",
                    "",
                    *("decrypt", "--ciphertext-blob", path, *context),
                )

    def test_input_json_is_taken_and_options_go_before_it(self):
        members = {
            "KeyId": self.new_key(),
            "KeySpec": "AES_256",
            "EncryptionContext": json.loads(self.CONTEXT_AS_JSON),
        }
        as_json = json.dumps(members)
        in_a_file = "file://" + self.file("input.json", as_json.encode())
        for command in self.DATA_KEY_COMMANDS:
            for arguments, size in [
                (["--cli-input-json", as_json], 32),
                (["--cli-input-json", in_a_file, "--key-spec", "AES_128"], 16),
            ]:
                with self.subTest(command=command, arguments=arguments):
                    blob = self.aws.json(command, *arguments)["CiphertextBlob"]
                    opened = self.plaintext_of(blob, "--encryption-context", self.CONTEXT)
                    self.assertEqual(len(opened), size)
        created = self.aws.json("create-key", "--cli-input-json", '{"Description": "orders"}')
        self.assertEqual(created["KeyMetadata"]["Description"], "orders")

    def test_skeleton_filled_in_is_an_input(self):
        for command in self.DATA_KEY_COMMANDS:
            with self.subTest(command):
                members = self.aws.json(command, "--generate-cli-skeleton")
                members["KeyId"] = self.new_key()
                for one_too_many in ["NumberOfBytes", "GrantTokens", "Recipient", "DryRun"]:
                    members.pop(one_too_many, None)
                members["KeySpec"] = "AES_256"
                self.assertEqual(members["EncryptionContext"], {"KeyName": ""})
                made = self.aws.json(command, "--cli-input-json", json.dumps(members))
                opened = self.plaintext_of(
                    made["CiphertextBlob"], "--encryption-context", "KeyName="
                )
                self.assertEqual(len(opened), 32)
        members = self.aws.json("create-key", "--generate-cli-skeleton")
        self.assertEqual(members["Tags"], [{"TagKey": "", "TagValue": ""}])

    def test_file_of_bytes_encrypted_comes_back(self):
        content = bytes(range(256))
        plaintext = "fileb://" + self.file("plaintext", content)
        blob = self.aws.text(
            *("encrypt", "--key-id", self.new_key(), "--plaintext", plaintext),
            *("--encryption-context", self.CONTEXT),
            *("--output", "text", "--query", "CiphertextBlob"),
        )
        self.assertEqual(len(blob.splitlines()), 1)
        opened = self.plaintext_of(blob.strip(), "--encryption-context", self.CONTEXT)
        self.assertEqual(opened, content)

    def test_re_encrypt_moves_to_another_key_and_context(self):
        source, destination = self.new_key(), self.new_key()
        plaintext = "fileb://" + self.file("plaintext", b"hello")
        blob = self.aws.json(
            *("encrypt", "--key-id", source, "--plaintext", plaintext),
            *("--encryption-context", self.CONTEXT),
        )["CiphertextBlob"]
        moved = self.aws.json(
            "re-encrypt",
            *("--ciphertext-blob", "fileb://" + self.file("source", base64.b64decode(blob))),
            *("--source-encryption-context", self.CONTEXT),
            *("--destination-key-id", destination),
            *("--destination-encryption-context", "tenant=24"),
        )
        self.assertEqual(moved["SourceKeyId"], service.arn("key/" + source))
        self.assertEqual(moved["KeyId"], service.arn("key/" + destination))
        opened = self.plaintext_of(moved["CiphertextBlob"], "--encryption-context", "tenant=24")
        self.assertEqual(opened, b"hello")

    def test_unknown_key_and_alias_are_not_found(self):
        for key_id, message in {
            service.UNKNOWN_KEY: service.key_not_found(service.UNKNOWN_KEY),
            "alias/unknown": service.alias_not_found("alias/unknown"),
            "orders": "Invalid keyId 'orders'",
        }.items():
            with self.subTest(key_id):
                self.assert_refused(
                    "NotFoundException",
                    "GenerateDataKey",
                    message,
                    *("generate-data-key", "--key-id", key_id, "--key-spec", "AES_256"),
                )

    def test_disabled_key_refuses_until_enabled(self):
        key = self.new_key()
        alias = f"alias/{self.id()}".replace(".", "/")
        # Commands without an answer print nothing at all.
        created = self.aws.text("create-alias", "--alias-name", alias, "--target-key-id", key)
        self.assertEqual(created, "")
        self.assertEqual(self.aws.text("disable-key", "--key-id", key), "")
        self.assert_refused(
            "DisabledException",
            "GenerateDataKey",
            service.arn("key/" + key) + " is disabled.",
            *("generate-data-key", "--key-id", alias, "--key-spec", "AES_256"),
        )
        self.aws.text("enable-key", "--key-id", key)
        self.aws.json("generate-data-key", "--key-id", alias, "--key-spec", "AES_256")

    def test_scheduled_deletion_has_a_date(self):
        key = self.new_key()
        created = self.aws.json("describe-key", "--key-id", key)["KeyMetadata"]
        scheduled = self.aws.json(
            "schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "7"
        )
        waiting = self.instant(scheduled["DeletionDate"]) - self.instant(created["CreationDate"])
        self.assertEqual(waiting.days, 7)

    def test_usage_errors_of_the_client_have_exit_codes_of_their_own(self):
        code, message = self.aws.refusal("generate-data-key")
        self.assertEqual(code, self.USAGE_ERROR)
        self.assertIn("the following arguments are required: --key-id", message)
        code, message = self.aws.refusal(
            "generate-data-key", "--key-id", "orders", "--number-of-bytes", "0"
        )
        self.assertEqual(code, self.PARAMETER_ERROR)
        self.assertIn("Invalid value for parameter NumberOfBytes, value: 0", message)

    def test_listings_come_in_pages(self):
        self.aws = self.command_line(access_key=self.ACCOUNT_OF_PAGES)
        keys = sorted(self.new_key() for _ in range(5))
        for number, key in enumerate(keys):
            self.aws.text(
                "create-alias", "--alias-name", f"alias/{number}", "--target-key-id", key
            )
        listed = self.aws.json("list-keys", "--page-size", "2")["Keys"]
        self.assertEqual(sorted(key["KeyId"] for key in listed), keys)
        one = self.aws.json("list-keys", "--limit", "1", "--no-paginate")
        self.assertEqual((len(one["Keys"]), one["Truncated"]), (1, True))
        aliases = "Aliases[].AliasName"
        of_a_key = self.aws.json("list-aliases", "--key-id", keys[3], "--query", aliases)
        self.assertEqual(of_a_key, ["alias/3"])
        first = self.aws.json("list-aliases", "--page-size", "2", "--max-items", "3")
        rest = self.aws.json("list-aliases", "--starting-token", first["NextToken"])
        names = [alias["AliasName"] for alias in first["Aliases"] + rest["Aliases"]]
        self.assertEqual(names, [f"alias/{number}" for number in range(5)])

    def test_general_options_are_taken(self):
        key = self.new_key()
        data_key = ["generate-data-key", "--key-id", key, "--number-of-bytes", "8"]
        for output in self.OUTPUTS:
            with self.subTest(output):
                printed = self.aws.text(*data_key, "--output", output)
                self.assertIn(service.arn("key/" + key), printed)
        printed = self.aws.text(
            *data_key,
            *("--region", service.REGION, "--color", "off"),
            *("--cli-read-timeout", "20", "--cli-connect-timeout", "20"),
            *("--no-verify-ssl", "--no-paginate", "--query", "KeyId", "--output", "text"),
            *self.GENERAL_OPTIONS,
        )
        self.assertEqual(printed.strip(), service.arn("key/" + key))
        elsewhere = self.aws.json("create-key", "--region", "eu-central-1")["KeyMetadata"]
        self.assertIn(":kms:eu-central-1:", elsewhere["Arn"])

    def test_debug_output_shows_the_request_id(self):
        shown = self.aws.run("list-keys", "--debug").stderr
        self.assertRegex(
            shown, r"(?i)'x-amzn-RequestId': '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'"
        )

    def test_ordinary_access_key_and_no_signature_are_in_the_default_account(self):
        ours = self.new_key()
        ordinary = self.command_line(access_key=service.ORDINARY_ACCESS_KEY)
        created = ordinary.json("create-key")["KeyMetadata"]
        self.assertEqual(created["AWSAccountId"], service.DEFAULT_ACCOUNT)
        unsigned = self.aws.json("describe-key", "--key-id", created["KeyId"], "--no-sign-request")
        self.assertEqual(unsigned["KeyMetadata"], created)
        self.aws = ordinary
        self.assert_refused(
            "NotFoundException",
            "DescribeKey",
            f"Key '{service.arn('key/' + ours, service.DEFAULT_ACCOUNT)}' does not exist",
            *("describe-key", "--key-id", ours),
        )

    def test_signature_is_accepted_only_with_the_right_secret(self):
        self.aws = self.command_line(endpoint=service.SIGNED_ENDPOINT)
        key = self.aws.json("create-key", "--description", "Größe £ @ % !")["KeyMetadata"]
        self.assertEqual(key["Description"], "Größe £ @ % !")
        self.assert_refused(
            "MissingAuthenticationTokenException",
            "ListKeys",
            service.NOT_SIGNED,
            *("list-keys", "--no-sign-request"),
        )
        self.aws = self.command_line(endpoint=service.SIGNED_ENDPOINT, secret="wrong")
        self.assert_refused(
            "InvalidSignatureException", "ListKeys", service.WRONG_SIGNATURE, "list-keys"
        )
        self.aws = self.command_line(endpoint=service.SIGNED_ENDPOINT, access_key="444455556666")
        self.assert_refused(
            "UnrecognizedClientException", "ListKeys", service.INVALID_TOKEN, "list-keys"
        )

    def test_tls_is_accepted_only_with_the_ca_of_the_server(self):
        endpoint = service.TLS_ENDPOINT
        self.assertTrue(endpoint.startswith("https://"))
        self.aws = self.command_line(endpoint=endpoint)
        made = self.aws.json("generate-data-key", "--key-id", self.new_key(), "--key-spec=AES_256")
        self.assertEqual(
            self.plaintext_of(made["CiphertextBlob"]), base64.b64decode(made["Plaintext"])
        )
        self.assert_refused(
            "NotFoundException",
            "DescribeKey",
            service.key_not_found(service.UNKNOWN_KEY),
            *("describe-key", "--key-id", service.UNKNOWN_KEY),
        )
        self.aws = self.command_line(endpoint=endpoint, ca_bundle=service.OTHER_CA_BUNDLE)
        code, message = self.aws.refusal("list-keys")
        self.assertEqual(code, self.CONNECTION_ERROR)
        self.assertRegex(
            message, f"^SSL validation failed for {endpoint}/ .*certificate verify failed"
        )
