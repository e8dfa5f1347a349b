"""The endpoint through boto3, with every error as a Python program sees it."""

import datetime
import json
import os
import subprocess
import tempfile
import unittest

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ParamValidationError, SSLError
from botocore.httpsession import URLLib3Session

import service


def client(access_key=service.ACCOUNT, secret=service.SECRET, endpoint=None, **more):
    # Without an endpoint: the one of AWS_ENDPOINT_URL_KMS, as programs use it.
    return boto3.client(
        "kms",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
        endpoint_url=endpoint,
        **more,
    )


class Boto3TestCase(unittest.TestCase):
    def setUp(self):
        self.kms = client()
        self.addCleanup(self.kms.close)

    def new_key(self):
        return self.kms.create_key()["KeyMetadata"]["KeyId"]

    def assert_refused(self, code, message, operation, status=400, **members):
        call = getattr(self.kms, operation)
        with self.assertRaises(ClientError) as refused:
            call(**members)
        error = refused.exception
        self.assertEqual(error.response["Error"], {"Code": code, "Message": message})
        self.assertEqual(
            str(error),
            f"An error occurred ({code}) when calling the {error.operation_name} operation:"
            f" {message}",
        )
        metadata = error.response["ResponseMetadata"]
        self.assertEqual(metadata["HTTPStatusCode"], status)
        # An error that is tried again has cost the caller several calls.
        self.assertEqual(metadata["RetryAttempts"], 0)
        self.assert_request_id(metadata)
        return error

    def assert_request_id(self, metadata):
        self.assertRegex(metadata["RequestId"], r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class ClockTest(Boto3TestCase):
    """Turns the clock of a server over HTTP, by requests that botocore signs."""

    def setUp(self):
        self.kms = client(endpoint=service.CLOCK_ENDPOINT)
        self.addCleanup(self.kms.close)

    def turn(self, secret=service.SECRET, **members):
        request = AWSRequest(
            method="POST",
            url=service.CLOCK_ENDPOINT + "/_embedded-kms/clock",
            data=json.dumps(members),
        )
        SigV4Auth(Credentials(service.ACCOUNT, secret), "kms", service.REGION).add_auth(request)
        response = URLLib3Session().send(request.prepare())
        return response.status_code, json.loads(response.content)

    def test_key_is_not_found_once_the_clock_has_passed_its_deletion_date(self):
        status, frozen = self.turn(Set="2030-01-01T00:00:00Z", Freeze=True)
        self.assertEqual((status, frozen), (200, {"Time": "2030-01-01T00:00:00Z", "Frozen": True}))
        key_id = self.new_key()
        scheduled = self.kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
        self.assertEqual(scheduled["DeletionDate"].isoformat()[:4], "2030")
        self.assertEqual(self.turn(Advance="P6DT23H59M59.999S")[0], 200)
        state = self.kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
        self.assertEqual(state, "PendingDeletion")
        self.assertEqual(
            self.turn(Advance=0.001), (200, {"Time": "2030-01-08T00:00:00Z", "Frozen": True})
        )
        self.assert_refused(
            "NotFoundException", service.key_not_found(key_id), "describe_key", KeyId=key_id
        )

    def test_wrong_signature_turns_nothing(self):
        status, refusal = self.turn(secret="another secret", Advance="P30D")
        self.assertEqual(status, 400)
        self.assertEqual(
            refusal,
            {"__type": "InvalidSignatureException", "message": service.WRONG_SIGNATURE},
        )


class PrincipalsTest(Boto3TestCase):
    """Clients that are different principals of one account, by their credentials."""

    def setUp(self):
        self.kms = self.principal(service.ALICE_ACCESS_KEY)

    def principal(self, access_key, **more):
        kms = client(access_key, endpoint=service.PRINCIPALS_ENDPOINT, **more)
        self.addCleanup(kms.close)
        return kms

    def new_key_arn(self, *statements):
        """Creates a key, of Alice alone if there are statements."""
        if not statements:
            return self.kms.create_key()["KeyMetadata"]["Arn"]
        alice = {
            "Effect": "Allow",
            "Principal": {"AWS": service.ALICE},
            "Action": "kms:*",
            "Resource": "*",
        }
        policy = {"Version": "2012-10-17", "Statement": [alice, *statements]}
        return self.kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]

    def deny_encrypt_if(self, operator, key, value):
        return {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "kms:Encrypt",
            "Resource": "*",
            "Condition": {operator: {key: value}},
        }

    def assert_not_authorized(self, message, operation, **members):
        self.assert_refused("AccessDeniedException", message, operation, **members)

    def test_user_whom_the_key_policy_does_not_name_is_refused_by_it(self):
        # The condition holds for no request, so the key is simply that of Alice.
        key = self.new_key_arn(self.deny_encrypt_if("StringEquals", "aws:SourceVpc", "vpc-1"))
        sealed = self.kms.encrypt(KeyId=key, Plaintext=b"orders")["CiphertextBlob"]
        self.assertEqual(self.kms.decrypt(CiphertextBlob=sealed)["Plaintext"], b"orders")
        self.kms = self.principal(service.BOB_ACCESS_KEY)
        reason = "because no resource-based policy allows the kms:Decrypt action"
        self.assert_not_authorized(
            service.not_authorized(service.BOB, "Decrypt", key, reason),
            "decrypt",
            CiphertextBlob=sealed,
        )

    def test_user_and_role_without_identity_policy_are_refused_for_a_key_of_the_account(self):
        key = self.new_key_arn()
        sealed = self.kms.encrypt(KeyId=key, Plaintext=b"orders")["CiphertextBlob"]
        for principal, access_key, token in (
            (service.BOB, service.BOB_ACCESS_KEY, None),
            # The token of temporary credentials is part of what is signed, and nothing else.
            (service.DEV, service.DEV_ACCESS_KEY, "any token"),
        ):
            with self.subTest(principal):
                self.kms = self.principal(access_key, aws_session_token=token)
                reason = "because no identity-based policy allows the kms:Decrypt action"
                self.assert_not_authorized(
                    service.not_authorized(principal, "Decrypt", key, reason),
                    "decrypt",
                    CiphertextBlob=sealed,
                )

    def test_grantee_decrypts_while_the_grant_exists(self):
        alice, bob = self.kms, self.principal(service.BOB_ACCESS_KEY)
        key = self.new_key_arn()
        context = {"tenant": "acme", "order": "7"}
        request = {
            "CiphertextBlob": alice.encrypt(
                KeyId=key, Plaintext=b"orders", EncryptionContext=context
            )["CiphertextBlob"],
            "EncryptionContext": context,
        }
        reason = "because no identity-based policy allows the kms:Decrypt action"
        refusal = service.not_authorized(service.BOB, "Decrypt", key, reason)
        self.kms = bob
        self.assert_not_authorized(refusal, "decrypt", **request)
        grant = alice.create_grant(
            KeyId=key,
            GranteePrincipal=service.BOB,
            Operations=["Decrypt", "RetireGrant"],
            Constraints={"EncryptionContextSubset": {"tenant": "acme"}},
        )
        tokens = [grant["GrantToken"]]
        self.assertEqual(bob.decrypt(**request)["Plaintext"], b"orders")
        self.assertEqual(bob.decrypt(GrantTokens=tokens, **request)["Plaintext"], b"orders")
        bob.retire_grant(GrantToken=grant["GrantToken"])
        self.assert_not_authorized(refusal, "decrypt", **request)
        # The token is still one that was issued.
        self.assert_not_authorized(refusal, "decrypt", GrantTokens=tokens, **request)

    def test_grants_are_listed_in_pages_and_revoked(self):
        key = self.new_key_arn()
        request = {"KeyId": key, "GranteePrincipal": service.BOB, "Operations": ["Decrypt"]}
        named = self.kms.create_grant(Name="orders", RetiringPrincipal=service.BOB, **request)
        again = self.kms.create_grant(Name="orders", RetiringPrincipal=service.BOB, **request)
        self.assertEqual(again["GrantId"], named["GrantId"])
        other = self.kms.create_grant(**request)
        pages = self.kms.get_paginator("list_grants").paginate(
            KeyId=key, PaginationConfig={"PageSize": 1}
        )
        listed = [grant for page in pages for grant in page["Grants"]]
        self.assertEqual(
            [grant["GrantId"] for grant in listed], [named["GrantId"], other["GrantId"]]
        )
        self.assertIsInstance(listed[0].pop("CreationDate"), datetime.datetime)
        self.assertEqual(
            listed[0],
            {
                "KeyId": key,
                "GrantId": named["GrantId"],
                "Name": "orders",
                "GranteePrincipal": service.BOB,
                "RetiringPrincipal": service.BOB,
                "IssuingAccount": f"arn:aws:iam::{service.ACCOUNT}:root",
                "Operations": ["Decrypt"],
            },
        )
        self.assertEqual(listed[1]["Name"], "")
        retirable = self.kms.list_retirable_grants(RetiringPrincipal=service.BOB)["Grants"]
        self.assertIn(named["GrantId"], [grant["GrantId"] for grant in retirable])
        for grant in (named, other):
            self.kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
        self.assertEqual(self.kms.list_grants(KeyId=key)["Grants"], [])

    def test_dry_runs_of_grants_change_nothing(self):
        key = self.new_key_arn()
        request = {"KeyId": key, "GranteePrincipal": service.BOB, "Operations": ["Decrypt"]}
        dry_run = "DryRunOperationException", service.DRY_RUN
        self.assert_refused(*dry_run, "create_grant", DryRun=True, **request)
        self.assertEqual(self.kms.list_grants(KeyId=key)["Grants"], [])
        grant = self.kms.create_grant(**request)
        named = {"KeyId": key, "GrantId": grant["GrantId"]}
        self.assert_refused(*dry_run, "revoke_grant", DryRun=True, **named)
        self.assert_refused(*dry_run, "retire_grant", DryRun=True, **named)
        self.assert_refused(
            *dry_run, "retire_grant", DryRun=True, GrantToken=grant["GrantToken"]
        )
        self.assertEqual(len(self.kms.list_grants(KeyId=key)["Grants"]), 1)

    def test_address_and_user_agent_are_those_of_the_client(self):
        for operator, condition_key, value in (
            ("NotIpAddress", "aws:SourceIp", "127.0.0.0/8"),
            ("StringNotLike", "aws:UserAgent", "Boto3/*"),
        ):
            with self.subTest(condition_key):
                key = self.new_key_arn(self.deny_encrypt_if(operator, condition_key, value))
                self.kms.encrypt(KeyId=key, Plaintext=b"orders")
        key = self.new_key_arn(self.deny_encrypt_if("IpAddress", "aws:SourceIp", "127.0.0.1"))
        reason = "with an explicit deny in a resource-based policy"
        self.assert_not_authorized(
            service.not_authorized(service.ALICE, "Encrypt", key, reason),
            "encrypt",
            KeyId=key,
            Plaintext=b"orders",
        )

    def test_wrong_secret_and_unknown_access_key_are_refused(self):
        self.kms = self.principal(service.ALICE_ACCESS_KEY, secret="wrong")
        self.assert_refused("InvalidSignatureException", service.WRONG_SIGNATURE, "list_keys")
        self.kms = self.principal(service.ORDINARY_ACCESS_KEY)
        self.assert_refused("UnrecognizedClientException", service.INVALID_TOKEN, "list_keys")


class KeysTest(Boto3TestCase):
    def test_create_key_metadata_has_arn_date_and_request_id(self):
        before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
        created = self.kms.create_key(
            Description="orders", Tags=[{"TagKey": "team", "TagValue": "shop"}]
        )
        metadata = created["KeyMetadata"]
        self.assertEqual(metadata["Arn"], service.arn("key/" + metadata["KeyId"]))
        self.assertEqual(metadata["AWSAccountId"], service.ACCOUNT)
        self.assertEqual(metadata["Description"], "orders")
        self.assertIs(metadata["Enabled"], True)
        self.assertEqual(metadata["KeyState"], "Enabled")
        self.assertIsInstance(metadata["CreationDate"], datetime.datetime)
        self.assertGreater(metadata["CreationDate"], before)
        self.assert_request_id(created["ResponseMetadata"])
        described = self.kms.describe_key(KeyId=metadata["KeyId"])
        self.assertEqual(described["KeyMetadata"], metadata)

    def test_unknown_key_is_not_found(self):
        error = self.assert_refused(
            "NotFoundException",
            service.key_not_found(service.UNKNOWN_KEY),
            "describe_key",
            KeyId=service.UNKNOWN_KEY,
        )
        self.assertIsInstance(error, self.kms.exceptions.NotFoundException)
        self.assert_refused(
            "NotFoundException", "Invalid keyId 'orders'", "describe_key", KeyId="orders"
        )

    def test_disabled_key_refuses_until_enabled(self):
        key = self.new_key()
        self.kms.disable_key(KeyId=key)
        error = self.assert_refused(
            "DisabledException",
            service.arn("key/" + key) + " is disabled.",
            "generate_data_key",
            KeyId=key,
            KeySpec="AES_256",
        )
        self.assertIsInstance(error, self.kms.exceptions.DisabledException)
        self.kms.enable_key(KeyId=key)
        self.kms.generate_data_key(KeyId=key, KeySpec="AES_256")

    def test_key_pending_deletion_has_a_date_and_refuses(self):
        created = self.kms.create_key()["KeyMetadata"]
        key = created["KeyId"]
        scheduled = self.kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        self.assertEqual((scheduled["DeletionDate"] - created["CreationDate"]).days, 7)
        error = self.assert_refused(
            "KMSInvalidStateException",
            service.arn("key/" + key) + " is pending deletion.",
            "encrypt",
            KeyId=key,
            Plaintext=b"hello",
        )
        self.assertIsInstance(error, self.kms.exceptions.KMSInvalidStateException)
        self.kms.cancel_key_deletion(KeyId=key)
        self.assertEqual(
            self.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled"
        )

    def test_aws_managed_key_is_created_when_described_and_cannot_be_disabled(self):
        metadata = self.kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
        self.assertEqual(metadata["KeyManager"], "AWS")
        self.assert_refused(
            "AccessDeniedException",
            f"User: arn:aws:iam::{service.ACCOUNT}:root is not authorized to perform:"
            f" kms:DisableKey on resource: {metadata['Arn']} because no resource-based policy"
            " allows the kms:DisableKey action",
            "disable_key",
            KeyId=metadata["KeyId"],
        )

    def test_alias_names_a_key_until_deleted(self):
        key, other = self.new_key(), self.new_key()
        self.kms.create_alias(AliasName="alias/boto3", TargetKeyId=key)
        self.assert_refused(
            "AlreadyExistsException",
            f"An alias with the name {service.arn('alias/boto3')} already exists",
            "create_alias",
            AliasName="alias/boto3",
            TargetKeyId=other,
        )
        self.kms.update_alias(AliasName="alias/boto3", TargetKeyId=other)
        described = self.kms.describe_key(KeyId="alias/boto3")["KeyMetadata"]
        self.assertEqual(described["KeyId"], other)
        self.kms.delete_alias(AliasName="alias/boto3")
        self.assert_refused(
            "NotFoundException",
            service.alias_not_found("alias/boto3"),
            "describe_key",
            KeyId="alias/boto3",
        )

    def test_alias_where_only_keys_are_taken_is_an_invalid_arn(self):
        self.assert_refused(
            "InvalidArnException",
            "Key Aliases are not supported for this operation.",
            "disable_key",
            KeyId="alias/orders",
        )

    def test_not_supported_yet_is_no_answer_of_the_service(self):
        self.assert_refused(
            "EmbeddedKmsNotSupportedYet",
            "embedded-kms: XksKeyId is not supported yet",
            "create_key",
            status=501,
            XksKeyId="external-key",
        )


class SignaturesTest(Boto3TestCase):
    def new_key_of(self, spec, usage):
        return self.kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]

    def test_openssl_verifies_with_the_public_key(self):
        for spec, algorithm in [
            ("ECC_NIST_P256", "ECDSA_SHA_256"),
            ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
        ]:
            with self.subTest(spec), tempfile.TemporaryDirectory() as folder:
                key = self.new_key_of(spec, "SIGN_VERIFY")
                signed = self.kms.sign(
                    KeyId=key, Message=b"message", SigningAlgorithm=algorithm
                )
                content = {
                    "key": self.kms.get_public_key(KeyId=key)["PublicKey"],
                    "signature": signed["Signature"],
                    "message": b"message",
                }
                paths = {name: os.path.join(folder, name) for name in content}
                for name, path in paths.items():
                    with open(path, "wb") as file:
                        file.write(content[name])
                subprocess.run(
                    ["openssl", "dgst", "-sha256", "-keyform", "DER"]
                    + ["-verify", paths["key"], "-signature", paths["signature"]]
                    + [paths["message"]],
                    check=True,
                    capture_output=True,
                )
                request = {"KeyId": key, "SigningAlgorithm": algorithm}
                verified = self.kms.verify(
                    Message=b"message", Signature=signed["Signature"], **request
                )
                self.assertIs(verified["SignatureValid"], True)
                self.assert_refused(
                    "KMSInvalidSignatureException",
                    "",
                    "verify",
                    Message=b"other",
                    Signature=signed["Signature"],
                    **request,
                )

    def test_mac_verifies_and_others_do_not(self):
        request = {
            "KeyId": self.new_key_of("HMAC_384", "GENERATE_VERIFY_MAC"),
            "Message": b"message",
            "MacAlgorithm": "HMAC_SHA_384",
        }
        mac = self.kms.generate_mac(**request)["Mac"]
        self.assertEqual(len(mac), 48)
        self.assertIs(self.kms.verify_mac(Mac=mac, **request)["MacValid"], True)
        self.assert_refused("KMSInvalidMacException", "", "verify_mac", Mac=mac[1:], **request)


class CallersTest(Boto3TestCase):
    def test_ordinary_access_key_is_in_the_default_account(self):
        ours = self.new_key()
        self.kms = client(service.ORDINARY_ACCESS_KEY)
        self.addCleanup(self.kms.close)
        created = self.kms.create_key()["KeyMetadata"]
        self.assertEqual(
            created["Arn"], service.arn("key/" + created["KeyId"], service.DEFAULT_ACCOUNT)
        )
        self.assert_refused(
            "NotFoundException",
            f"Key '{service.arn('key/' + ours, service.DEFAULT_ACCOUNT)}' does not exist",
            "describe_key",
            KeyId=ours,
        )

    def test_region_of_the_client_is_the_region_of_the_key(self):
        ours = self.new_key()
        self.kms = boto3.client("kms", region_name="eu-central-1")
        self.addCleanup(self.kms.close)
        created = self.kms.create_key()["KeyMetadata"]
        self.assertEqual(
            created["Arn"],
            f"arn:aws:kms:eu-central-1:{service.ACCOUNT}:key/{created['KeyId']}",
        )
        self.assert_refused(
            "NotFoundException",
            "Invalid arn us-east-1",
            "describe_key",
            KeyId=service.arn("key/" + ours),
        )

    def test_key_of_another_account_is_denied(self):
        foreign = service.arn("key/" + service.UNKNOWN_KEY, "444455556666")
        # This one error has its text under a capital letter on the wire.
        self.assert_refused(
            "AccessDeniedException",
            f"User: arn:aws:iam::{service.ACCOUNT}:root is not authorized to perform:"
            " kms:DescribeKey on this resource because the resource does not exist in this"
            " Region, no resource-based policies allow access, or a resource-based policy"
            " explicitly denies access",
            "describe_key",
            KeyId=foreign,
        )

    def test_right_signature_is_accepted(self):
        kms = client(endpoint=service.SIGNED_ENDPOINT)
        self.addCleanup(kms.close)
        key = kms.create_key(Description="Schlüssel für Bestellungen")["KeyMetadata"]
        self.assertEqual(key["Arn"], service.arn("key/" + key["KeyId"]))

    def test_wrong_secret_and_unknown_access_key_are_refused(self):
        self.kms = client(secret="wrong", endpoint=service.SIGNED_ENDPOINT)
        self.addCleanup(self.kms.close)
        self.assert_refused("InvalidSignatureException", service.WRONG_SIGNATURE, "list_keys")
        self.kms = client("444455556666", endpoint=service.SIGNED_ENDPOINT)
        self.addCleanup(self.kms.close)
        self.assert_refused("UnrecognizedClientException", service.INVALID_TOKEN, "list_keys")


class TlsTest(Boto3TestCase):
    def test_server_with_a_certificate_of_the_ca_is_trusted(self):
        for endpoint in (
            service.TLS_ENDPOINT,
            service.TLS_ENDPOINT.replace("127.0.0.1", "localhost"),
        ):
            with self.subTest(endpoint):
                self.assertTrue(endpoint.startswith("https://"))
                self.kms = client(endpoint=endpoint)
                self.addCleanup(self.kms.close)
                made = self.kms.generate_data_key(KeyId=self.new_key(), KeySpec="AES_256")
                opened = self.kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
                self.assertEqual(opened["Plaintext"], made["Plaintext"])
                self.assert_refused(
                    "NotFoundException",
                    service.key_not_found(service.UNKNOWN_KEY),
                    "describe_key",
                    KeyId=service.UNKNOWN_KEY,
                )

    def test_server_of_another_ca_is_not_trusted(self):
        kms = client(
            endpoint=service.TLS_ENDPOINT,
            verify=service.OTHER_CA_BUNDLE,
            config=Config(retries={"total_max_attempts": 1}),
        )
        self.addCleanup(kms.close)
        with self.assertRaisesRegex(
            SSLError,
            f"^SSL validation failed for {service.TLS_ENDPOINT}/ .*certificate verify failed",
        ):
            kms.list_keys()


class DataKeysTest(Boto3TestCase):
    CONTEXT = {"tenant": "23", "Größe": "£ @ % !"}

    def test_data_key_round_trip_by_spec_and_by_number(self):
        key = self.new_key()
        for length, size in [
            ({"KeySpec": "AES_256"}, 32),
            ({"KeySpec": "AES_128"}, 16),
            ({"NumberOfBytes": 1024}, 1024),
        ]:
            with self.subTest(**length):
                made = self.kms.generate_data_key(
                    KeyId=key, EncryptionContext=self.CONTEXT, **length
                )
                self.assertEqual(len(made["Plaintext"]), size)
                self.assertEqual(made["KeyId"], service.arn("key/" + key))
                opened = self.kms.decrypt(
                    CiphertextBlob=made["CiphertextBlob"], EncryptionContext=self.CONTEXT
                )
                self.assertEqual(opened["Plaintext"], made["Plaintext"])
                self.assertEqual(opened["KeyId"], service.arn("key/" + key))
                self.assertEqual(opened["EncryptionAlgorithm"], "SYMMETRIC_DEFAULT")
                self.assertEqual(opened["KeyMaterialId"], made["KeyMaterialId"])

    def test_data_key_without_plaintext_opens_later(self):
        key = self.new_key()
        made = self.kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=24)
        self.assertNotIn("Plaintext", made)
        opened = self.kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
        self.assertEqual(len(opened["Plaintext"]), 24)

    def test_wrong_context_is_an_invalid_ciphertext_without_text(self):
        made = self.kms.generate_data_key(
            KeyId=self.new_key(), KeySpec="AES_256", EncryptionContext=self.CONTEXT
        )
        for wrong in [{}, {"tenant": "24"}, {**self.CONTEXT, "more": ""}]:
            with self.subTest(context=wrong):
                error = self.assert_refused(
                    "InvalidCiphertextException",
                    "",
                    "decrypt",
                    CiphertextBlob=made["CiphertextBlob"],
                    EncryptionContext=wrong,
                )
                self.assertIsInstance(error, self.kms.exceptions.InvalidCiphertextException)

    def test_other_key_named_for_decryption_is_incorrect(self):
        sealed = self.kms.encrypt(KeyId=self.new_key(), Plaintext=b"hello")
        self.assert_refused(
            "IncorrectKeyException",
            service.WRONG_KEY,
            "decrypt",
            CiphertextBlob=sealed["CiphertextBlob"],
            KeyId=self.new_key(),
        )

    def test_re_encrypt_moves_to_another_key_and_context(self):
        source, destination = self.new_key(), self.new_key()
        sealed = self.kms.encrypt(
            KeyId=source, Plaintext=b"hello", EncryptionContext=self.CONTEXT
        )
        moved = self.kms.re_encrypt(
            CiphertextBlob=sealed["CiphertextBlob"],
            SourceEncryptionContext=self.CONTEXT,
            DestinationKeyId=destination,
            DestinationEncryptionContext={"tenant": "24"},
        )
        self.assertEqual(moved["SourceKeyId"], service.arn("key/" + source))
        self.assertEqual(moved["KeyId"], service.arn("key/" + destination))
        opened = self.kms.decrypt(
            CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"tenant": "24"}
        )
        self.assertEqual(opened["Plaintext"], b"hello")

    def test_random_bytes_have_the_length_asked_for(self):
        self.assertEqual(len(self.kms.generate_random(NumberOfBytes=33)["Plaintext"]), 33)

    def test_dry_run_is_an_error_that_says_it_would_have_succeeded(self):
        error = self.assert_refused(
            "DryRunOperationException",
            service.DRY_RUN,
            "generate_data_key",
            KeyId=self.new_key(),
            KeySpec="AES_256",
            DryRun=True,
        )
        self.assertIsInstance(error, self.kms.exceptions.DryRunOperationException)

    def test_violations_that_only_the_service_finds_are_worded_by_it(self):
        key = self.new_key()
        for members, message in [
            (
                {"NumberOfBytes": 1025},
                service.violation(
                    "numberOfBytes", "have value less than or equal to 1024", "1025"
                ),
            ),
            (
                {"KeySpec": "AES_512"},
                service.violation(
                    "keySpec", "satisfy enum value set: " + service.KEY_SPECS, "AES_512"
                ),
            ),
            ({}, service.NO_DATA_KEY_LENGTH),
        ]:
            with self.subTest(**members):
                self.assert_refused(
                    "ValidationException", message, "generate_data_key", KeyId=key, **members
                )
        self.assert_refused(
            "ValidationException",
            service.violation("plaintext", "have length less than or equal to 4096"),
            "encrypt",
            KeyId=key,
            Plaintext=bytes(4097),
        )

    def test_smallest_values_are_checked_by_the_client_itself(self):
        with self.assertRaises(ParamValidationError):
            self.kms.generate_data_key(KeyId=self.new_key(), NumberOfBytes=0)


class PagesTest(Boto3TestCase):
    def setUp(self):
        # An account of its own, so that the whole listing is known.
        self.kms = client("222233334444")
        self.addCleanup(self.kms.close)

    def test_paginators_list_everything_once(self):
        keys = [self.new_key() for _ in range(7)]
        for index, key in enumerate(keys):
            self.kms.create_alias(AliasName=f"alias/page-{index}", TargetKeyId=key)

        pages = list(
            self.kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 3})
        )
        self.assertEqual([len(page["Keys"]) for page in pages], [3, 3, 1])
        self.assertEqual([page["Truncated"] for page in pages], [True, True, False])
        listed = [key for page in pages for key in page["Keys"]]
        self.assertCountEqual([key["KeyId"] for key in listed], keys)
        for key in listed:
            self.assertEqual(key["KeyArn"], service.arn("key/" + key["KeyId"], "222233334444"))

        pages = list(
            self.kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 2})
        )
        self.assertEqual([len(page["Aliases"]) for page in pages], [2, 2, 2, 1])
        targets = {
            alias["AliasName"]: alias["TargetKeyId"] for page in pages for alias in page["Aliases"]
        }
        self.assertEqual(
            targets, {f"alias/page-{index}": key for index, key in enumerate(keys)}
        )
        self.assertIsInstance(pages[0]["Aliases"][0]["CreationDate"], datetime.datetime)

        of_one_key = self.kms.list_aliases(KeyId=keys[4])["Aliases"]
        self.assertEqual([alias["AliasName"] for alias in of_one_key], ["alias/page-4"])

    def test_made_up_marker_is_refused(self):
        error = self.assert_refused(
            "InvalidMarkerException",
            "embedded-kms: the marker was not returned by this listing",
            "list_keys",
            Marker="x",
        )
        self.assertIsInstance(error, self.kms.exceptions.InvalidMarkerException)


if __name__ == "__main__":
    unittest.main()
