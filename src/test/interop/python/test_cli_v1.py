"""The endpoint through version 1 of the AWS CLI, which knows the newest members."""

import datetime
import os
import unittest

import service
from command_line import CommandLine, CommandLineContract


class VersionOneTest(CommandLineContract, unittest.TestCase):
    ACCOUNT_OF_PAGES = "333344445555"
    SERVICE_ERROR = 255
    USAGE_ERROR = 2
    PARAMETER_ERROR = 255
    OUTPUTS = ["json", "text", "table"]
    GENERAL_OPTIONS = []

    # Every option of the three commands has a test; a version with a new one asks for its own.
    MEMBERS = {
        "create-key": [
            *("Policy", "Description", "KeyUsage", "CustomerMasterKeySpec", "KeySpec", "Origin"),
            *("CustomKeyStoreId", "BypassPolicyLockoutSafetyCheck", "Tags", "MultiRegion"),
            "XksKeyId",
        ],
        "generate-data-key": [
            *("KeyId", "EncryptionContext", "NumberOfBytes", "KeySpec", "GrantTokens"),
            *("Recipient", "DryRun"),
        ],
        "generate-data-key-without-plaintext": [
            *("KeyId", "EncryptionContext", "KeySpec", "NumberOfBytes", "GrantTokens", "DryRun"),
        ],
    }

    def command_line(self, **arguments):
        return CommandLine(os.environ["AWS_CLI_VERSION_1"], **arguments)

    def instant(self, printed):
        # This version prints the service's own number.
        return datetime.datetime.fromtimestamp(printed, datetime.timezone.utc)

    def test_program_is_version_one(self):
        self.assertRegex(self.aws.text("--version"), r"^aws-cli/1\.")

    def test_options_are_the_ones_tested_here(self):
        for command, members in self.MEMBERS.items():
            with self.subTest(command):
                skeleton = self.aws.json(command, "--generate-cli-skeleton")
                self.assertCountEqual(skeleton, members)

    def test_dry_run_is_an_error_that_says_it_would_have_succeeded(self):
        key = self.new_key()
        for command, operation in self.DATA_KEY_COMMANDS.items():
            with self.subTest(command):
                data_key = [command, "--key-id", key, "--key-spec", "AES_256"]
                self.assert_refused(
                    "DryRunOperationException",
                    operation,
                    service.DRY_RUN,
                    *data_key,
                    "--dry-run",
                )
                self.aws.json(*data_key, "--no-dry-run")

    def test_recipient_is_not_supported_yet(self):
        document = "fileb://" + self.file("document", b"attestation document")
        self.assert_not_yet(
            "GenerateDataKey",
            "Recipient",
            *("generate-data-key", "--key-id", self.new_key(), "--key-spec", "AES_256"),
            "--recipient",
            "KeyEncryptionAlgorithm=RSAES_OAEP_SHA_256,AttestationDocument=" + document,
        )

    def test_plaintext_on_the_command_line_is_taken_as_it_is(self):
        sealed = self.aws.json("encrypt", "--key-id", self.new_key(), "--plaintext", "größer")
        self.assertEqual(self.plaintext_of(sealed["CiphertextBlob"]), "größer".encode())


if __name__ == "__main__":
    unittest.main()
