"""MongoDB's client-side encryption with a key of the endpoint, as its drivers use it.

libmongocrypt writes the requests to AWS KMS and reads the responses; a driver carries them over
TLS, and nothing else. Here this program does, so no database is needed.
"""

import socket
import ssl
import unittest
from urllib.parse import urlsplit

import boto3
import bson
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.options import MongoCryptOptions
from pymongocrypt.synchronous.explicit_encrypter import ExplicitEncrypter
from pymongocrypt.synchronous.state_machine import MongoCryptCallback

import service

SECONDS = 60
ALGORITHM = "AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic"


class Driver(MongoCryptCallback):
    """Keeps the data keys in a list instead of a collection."""

    def __init__(self, data_keys, ca_bundle):
        self.data_keys = data_keys
        self.tls = ssl.create_default_context(cafile=ca_bundle)
        self.requests = []

    def kms_request(self, kms_context):
        host, port = kms_context.endpoint.split(":")
        self.requests.append(kms_context.message)
        with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
            with self.tls.wrap_socket(connection, server_hostname=host) as encrypted:
                encrypted.sendall(kms_context.message)
                while kms_context.bytes_needed > 0:
                    received = encrypted.recv(kms_context.bytes_needed)
                    if not received:
                        raise OSError("the response was cut off")
                    kms_context.feed(received)

    def insert_data_key(self, data_key):
        self.data_keys.append(data_key)
        return bson.decode(data_key)["_id"]

    def fetch_keys(self, filter):
        yield from self.data_keys

    def bson_encode(self, doc):
        return bson.encode(doc)

    def collection_info(self, database, filter):
        raise NotImplementedError("only for automatic encryption")

    def mark_command(self, database, cmd):
        raise NotImplementedError("only for automatic encryption")

    def close(self):
        pass


class MongoCryptTest(unittest.TestCase):
    def setUp(self):
        # libmongocrypt requires a dot in the name of a host, so localhost is refused.
        self.endpoint = urlsplit(service.TLS_ENDPOINT).netloc
        self.assertTrue(self.endpoint.startswith("127.0.0.1:"))
        self.kms = boto3.client("kms", endpoint_url=service.TLS_ENDPOINT)
        self.addCleanup(self.kms.close)
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]
        self.data_keys = []

    def encrypter(self, ca_bundle=service.CA_BUNDLE):
        driver = Driver(self.data_keys, ca_bundle)
        credentials = {"accessKeyId": service.ACCOUNT, "secretAccessKey": service.SECRET}
        encrypter = ExplicitEncrypter(driver, MongoCryptOptions({"aws": credentials}))
        self.addCleanup(encrypter.close)
        return encrypter, driver

    def new_data_key(self, encrypter, key=None):
        return encrypter.create_data_key(
            "aws",
            master_key={
                "region": service.REGION,
                "key": key or self.key,
                "endpoint": self.endpoint,
            },
        )

    def test_value_is_decrypted_by_another_client(self):
        encrypter, driver = self.encrypter()
        data_key = self.new_data_key(encrypter)
        self.assertIn(b"TrentService.Encrypt", driver.requests[0])
        value = bson.encode({"v": "an order"})
        encrypted = encrypter.encrypt(value, ALGORITHM, key_id=bytes(data_key))
        self.assertNotIn(b"an order", encrypted)

        # It has no data key in memory, so it needs Decrypt.
        other, driver = self.encrypter()
        self.assertEqual(other.decrypt(encrypted), value)
        self.assertEqual(len(driver.requests), 1)
        self.assertIn(b"TrentService.Decrypt", driver.requests[0])

    def test_service_error_reaches_the_user(self):
        encrypter, _ = self.encrypter()
        unknown = service.arn("key/" + service.UNKNOWN_KEY)
        with self.assertRaises(MongoCryptError) as refused:
            self.new_data_key(encrypter, unknown)
        self.assertIn("NotFoundException", str(refused.exception))
        self.assertIn(service.key_not_found(service.UNKNOWN_KEY), str(refused.exception))

    def test_server_of_another_ca_is_not_trusted(self):
        encrypter, _ = self.encrypter(service.OTHER_CA_BUNDLE)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.new_data_key(encrypter)
        self.assertEqual(self.data_keys, [])


if __name__ == "__main__":
    unittest.main()
