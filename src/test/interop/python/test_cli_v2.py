"""The endpoint through version 2 of the AWS CLI, which has exit codes of its own."""

import base64
import datetime
import os
import unittest

from command_line import CommandLine, CommandLineContract


class VersionTwoTest(CommandLineContract, unittest.TestCase):
    ACCOUNT_OF_PAGES = "555566667777"
    SERVICE_ERROR = 254
    USAGE_ERROR = 252
    PARAMETER_ERROR = 252
    OUTPUTS = ["json", "text", "table", "yaml", "yaml-stream"]
    GENERAL_OPTIONS = ["--no-cli-pager", "--no-cli-auto-prompt"]

    def command_line(self, endpoint=None, **arguments):
        # Named each time: Debian's release is older than AWS_ENDPOINT_URL_KMS.
        return CommandLine(
            os.environ["AWS_CLI_VERSION_2"],
            endpoint or os.environ["AWS_ENDPOINT_URL_KMS"],
            **arguments,
        )

    def instant(self, printed):
        return datetime.datetime.fromisoformat(printed)

    def test_program_is_version_two(self):
        self.assertRegex(self.aws.text("--version"), r"^aws-cli/2\.")

    def test_blobs_on_the_command_line_are_base64_or_raw_as_asked(self):
        key = self.new_key()
        encrypt = ["encrypt", "--key-id", key, "--plaintext"]
        in_base64 = base64.b64encode("größer".encode()).decode()
        for sealed in [
            self.aws.json(*encrypt, in_base64),
            self.aws.json(*encrypt, in_base64, "--cli-binary-format", "base64"),
            self.aws.json(*encrypt, "größer", "--cli-binary-format", "raw-in-base64-out"),
        ]:
            opened = self.aws.json("decrypt", "--ciphertext-blob", sealed["CiphertextBlob"])
            self.assertEqual(opened["Plaintext"], in_base64)

    def test_input_yaml_is_taken(self):
        members = {"KeyId": self.new_key(), "KeySpec": "AES_128"}
        made = self.aws.json(
            *("generate-data-key", "--cli-input-yaml"),
            "".join(f"{name}: {value}\n" for name, value in members.items()),
        )
        self.assertEqual(len(base64.b64decode(made["Plaintext"])), 16)


if __name__ == "__main__":
    unittest.main()
