"""The commands of the executable jar beside version 2 of the AWS CLI, over the same keys.

The one has the store open, the other asks a server that has it open. What they print must be the
same, and so must their exit codes.
"""

import json
import os
import shlex
import subprocess
import tempfile
import unittest

from command_line import SECONDS, CommandLine

# What the service has had for less long than some releases of version 2.
NEWER = {
    "CurrentKeyMaterialId",
    "KeyMaterialId",
    "DryRun",
    "DryRunModifiers",
    "Recipient",
    "ResourceOwners",
}


def without_newer(value):
    if isinstance(value, dict):
        return {name: without_newer(each) for name, each in value.items() if name not in NEWER}
    return [without_newer(each) for each in value] if isinstance(value, list) else value


def printed(value):
    return json.dumps(value, indent=4, ensure_ascii=False) + "\n"


class SameAsTheAwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The endpoint is named: Debian's release is older than AWS_ENDPOINT_URL_KMS.
        cls.aws = CommandLine(
            os.environ["AWS_CLI_VERSION_2"], os.environ["AWS_ENDPOINT_URL_KMS"]
        )
        cls.key = json.loads(cls.ours("create-key", "--description", "one").stdout)["KeyMetadata"]
        cls.ours("create-key", "--description", "two", "--tags", "TagKey=a,TagValue=b")
        cls.ours("create-alias", "--alias-name", "alias/one", "--target-key-id", cls.key["KeyId"])
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name

    @classmethod
    def ours(cls, *arguments):
        return subprocess.run(
            [*shlex.split(os.environ["EMBEDDED_KMS"]), *arguments]
            + ["--account", os.environ["AWS_ACCESS_KEY_ID"]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )

    def assert_same(self, *arguments):
        """The same to the letter, on both outputs."""
        aws, ours = self.aws.run(*arguments), self.ours(*arguments)
        theirs = aws.stderr.replace("aws: [ERROR]: ", "", 1)
        self.assertEqual(
            (ours.returncode, ours.stdout, ours.stderr), (aws.returncode, aws.stdout, theirs)
        )
        return ours

    def assert_same_json(self, *arguments):
        """The same but for members that this AWS CLI does not know, and in the same form."""
        aws, ours = self.aws.run(*arguments), self.ours(*arguments)
        self.assertEqual(ours.returncode, aws.returncode)
        self.assertEqual(ours.stdout, printed(json.loads(ours.stdout)))
        self.assertEqual(
            printed(without_newer(json.loads(ours.stdout))),
            printed(without_newer(json.loads(aws.stdout))),
        )

    def assert_same_refusal(self, *arguments):
        """The same exit code, and the same last line but for the program's own name."""
        aws, ours = self.aws.run(*arguments), self.ours(*arguments)
        last = aws.stderr.strip("\n").splitlines()[-1].replace("aws: ", "embedded-kms: ", 1)
        self.assertEqual(
            (ours.returncode, ours.stdout, ours.stderr.strip("\n").splitlines()[-1]),
            (aws.returncode, aws.stdout, last),
        )

    def test_listings(self):
        self.assert_same("list-keys")
        self.assert_same("list-keys", "--output", "text")
        self.assert_same("list-keys", "--output", "text", "--page-size", "1")
        self.assert_same("list-keys", "--no-paginate")
        self.assert_same("list-keys", "--limit", "1")
        self.assert_same("list-keys", "--max-items", "0")
        self.assert_same("list-keys", "--cli-input-json", '{"Limit": 1}', "--output", "text")
        self.assert_same("list-aliases", "--output", "json")
        self.assert_same("list-aliases", "--output", "text", "--key-id", self.key["KeyId"])

    def test_listings_go_on_where_either_stopped(self):
        first = self.assert_same("list-keys", "--max-items", "1")
        token = json.loads(first.stdout)["NextToken"]
        self.assert_same("list-keys", "--starting-token", token)
        self.assert_same("list-keys", "--max-items", "1", "--output", "text")
        self.assert_same("list-keys", "--starting-token", token, "--page-size", "1")

    def test_answers(self):
        self.assert_same_json("describe-key", "--key-id", "alias/one")
        self.assert_same_json("describe-key", "--cli-input-json", '{"KeyId": "alias/one"}')
        self.assert_same("enable-key", "--key-id", self.key["KeyId"])
        context = ("--encryption-context", "a=b,c=d e")
        sealed = self.ours(
            "encrypt", "--key-id", "alias/one", "--plaintext", "c2VjcmV0", *context
        )
        blob = json.loads(sealed.stdout)["CiphertextBlob"]
        self.assert_same_json("decrypt", "--ciphertext-blob", blob, *context)
        file = os.path.join(self.folder, "blob")
        with open(file, "w", encoding="ascii") as written:
            written.write(blob + "\n")
        json_context = ("--encryption-context", '{"c": "d e", "a": "b"}')
        self.assert_same_json("decrypt", "--ciphertext-blob", "file://" + file, *json_context)

    def test_errors_of_the_service(self):
        self.assert_same("describe-key", "--key-id", "alias/none")
        self.assert_same("decrypt", "--ciphertext-blob", "AAAA")
        self.assert_same("generate-random", "--number-of-bytes", "2000")
        self.assert_same("create-key", "--origin", "NOWHERE")
        self.assert_same("create-key", "--xks-key-id", "external-key")
        self.assert_same("create-alias", "--alias-name", "one", "--target-key-id", "none")
        self.assert_same("list-keys", "--starting-token", "x")

    def test_usage(self):
        self.assert_same_refusal("describe-key")
        self.assert_same_refusal("create-alias", "--frob")
        self.assert_same_refusal("describe-key", "--key-id")
        self.assert_same_refusal("describe-key", "--key-id", "alias/one", "--frob", "b")
        self.assert_same_refusal("list-keys", "--max-items", "x")
        self.assert_same("list-keys", "--no-paginate", "--max-items", "3")
        self.assert_same("create-key", "--tags", "TagKey=a,TagKey=b")
        self.assert_same("create-key", "--tags", "a")
        self.assert_same(
            "generate-data-key", "--key-id", "a", "--encryption-context", "a='b'c"
        )
        self.assert_same("list-aliases", "--cli-input-json", '{"X": 1}')
        self.assert_same("decrypt", "--ciphertext-blob", "A%")
        for arguments in (
            ("create-key", "--tags", '[{"TagKey": "a", "TagValue": 3}]'),
            ("generate-data-key", "--key-id", "a", "--encryption-context", "{a"),
            ("generate-random", "--number-of-bytes", "x"),
            ("create-key", "--description", "file:///no/such/file"),
            ("create-key", "--multi-region", "--no-multi-region"),
            ("list-keys", "--output", "frob"),
            ("frob",),
        ):
            with self.subTest(arguments):
                aws, ours = self.aws.run(*arguments), self.ours(*arguments)
                self.assertEqual(ours.returncode, aws.returncode)

    def test_skeletons(self):
        for command in ("create-key", "decrypt", "list-keys", "schedule-key-deletion"):
            with self.subTest(command):
                self.assert_same_json(command, "--generate-cli-skeleton")

    def test_dates_are_of_the_time_zone(self):
        os.environ["TZ"] = "Asia/Kolkata"
        self.addCleanup(os.environ.pop, "TZ")
        self.aws = CommandLine(
            os.environ["AWS_CLI_VERSION_2"], os.environ["AWS_ENDPOINT_URL_KMS"]
        )
        self.assert_same_json("describe-key", "--key-id", "alias/one")


if __name__ == "__main__":
    unittest.main()
