"""What the tests of all Python clients share: who calls, and texts of the service."""

import os

REGION = "us-east-1"

# An access key id of twelve digits is taken for the account.
ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]

# Any other access key id belongs to the account that the server has by itself.
ORDINARY_ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
DEFAULT_ACCOUNT = "000000000000"

# The other server, which accepts only requests signed with the credentials of this environment.
SIGNED_ENDPOINT = os.environ["SIGNED_ENDPOINT_URL_KMS"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]

# The third server speaks TLS. AWS_CA_BUNDLE names the file of its CA too, as programs have it. The
# other CA has issued nothing here.
TLS_ENDPOINT = os.environ["TLS_ENDPOINT_URL_KMS"]
CA_BUNDLE = os.environ["CA_BUNDLE"]
OTHER_CA_BUNDLE = os.environ["OTHER_CA_BUNDLE"]

# The server whose clock the tests of boto3 turn. It accepts only signed requests, too.
CLOCK_ENDPOINT = os.environ.get("CLOCK_ENDPOINT_URL_KMS")

# The server whose clients are principals by their credentials, which all have the same secret: two
# users, of whom only Alice has an identity policy, and a session of a role without one.
PRINCIPALS_ENDPOINT = os.environ.get("PRINCIPALS_ENDPOINT_URL_KMS")
ALICE_ACCESS_KEY = "AKIAALICE"
BOB_ACCESS_KEY = "AKIABOB"
DEV_ACCESS_KEY = "ASIADEV"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
DEV = f"arn:aws:sts::{ACCOUNT}:assumed-role/Dev/s1"

UNKNOWN_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"

KEY_SPECS = (
    "[RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521,"
    " ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256,"
    " HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768,"
    " ML_KEM_1024]"
)

DRY_RUN = "The request would have succeeded, but the DryRun option is set."
INVALID_TOKEN = "The security token included in the request is invalid."
NOT_SIGNED = "embedded-kms: the request is not signed"
WRONG_SIGNATURE = (
    "embedded-kms: the request is not what was signed, or was signed with another secret access key"
)
NO_DATA_KEY_LENGTH = "Please specify either number of bytes or key spec."
NO_GRANT = "embedded-kms: no grant was issued with this token"
WRONG_KEY = "The key ID in the request does not identify a CMK that can perform this operation."


def arn(resource, account=ACCOUNT):
    return f"arn:aws:kms:{REGION}:{account}:{resource}"


def key_not_found(key_id):
    return f"Key '{arn('key/' + key_id)}' does not exist"


def alias_not_found(alias):
    return f"Alias {arn(alias)} is not found."


def not_authorized(principal, action, key_arn, reason):
    return (
        f"User: {principal} is not authorized to perform: kms:{action} on resource: {key_arn}"
        f" {reason}"
    )


def violation(path, constraint, value=None):
    # Of a secret member no value is shown.
    shown = "Value" if value is None else f"Value '{value}'"
    return (
        f"1 validation error detected: {shown} at '{path}' failed to satisfy constraint:"
        f" Member must {constraint}"
    )
