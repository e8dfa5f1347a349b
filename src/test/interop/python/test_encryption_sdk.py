"""The AWS Encryption SDK for Python, and the operations that it uses."""

import unittest

import aws_encryption_sdk
import boto3
import botocore.session
from aws_encryption_sdk.exceptions import DecryptKeyError
from aws_encryption_sdk.key_providers.kms import (
    MRKAwareStrictAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)

NOTE = b"two spare keys"
CONTEXT = {"tenant": "acme"}


class EncryptionSdkTest(unittest.TestCase):
    def setUp(self):
        kms = boto3.client("kms")
        self.addCleanup(kms.close)
        self.kms = kms
        self.one, self.two = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        self.operations = []
        self.session = botocore.session.Session()
        self.session.register("before-call.kms", self.record)
        self.sdk = aws_encryption_sdk.EncryptionSDKClient()

    def record(self, model, **_):
        self.operations.append(model.name)

    def assert_used(self, *operations):
        self.assertEqual(self.operations, list(operations))
        self.operations.clear()

    def provider(self, *keys, kind=StrictAwsKmsMasterKeyProvider):
        return kind(key_ids=keys, botocore_session=self.session)

    def test_message_is_encrypted_and_decrypted(self):
        for kind in (StrictAwsKmsMasterKeyProvider, MRKAwareStrictAwsKmsMasterKeyProvider):
            with self.subTest(kind.__name__):
                provider = self.provider(self.one, kind=kind)
                sealed, _ = self.sdk.encrypt(
                    source=NOTE, key_provider=provider, encryption_context=CONTEXT
                )
                self.assert_used("GenerateDataKey")
                opened, header = self.sdk.decrypt(source=sealed, key_provider=provider)
                self.assertEqual(opened, NOTE)
                self.assertEqual(header.encryption_context["tenant"], "acme")
                self.assert_used("Decrypt")

    def test_two_keys_either_of_which_decrypts(self):
        both = self.provider(self.one, self.two)
        sealed, _ = self.sdk.encrypt(source=NOTE, key_provider=both)
        self.assert_used("GenerateDataKey", "Encrypt")
        opened, _ = self.sdk.decrypt(source=sealed, key_provider=self.provider(self.two))
        self.assertEqual(opened, NOTE)
        self.assert_used("Decrypt")

    def test_key_that_is_disabled_does_not_decrypt(self):
        provider = self.provider(self.one)
        sealed, _ = self.sdk.encrypt(source=NOTE, key_provider=provider)
        self.kms.disable_key(KeyId=self.one)
        with self.assertRaises(DecryptKeyError):
            self.sdk.decrypt(source=sealed, key_provider=provider)


if __name__ == "__main__":
    unittest.main()
