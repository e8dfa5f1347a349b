# A key signs the digest of a file, and OpenSSL verifies the signature with the public key.
#> Verified OK
#> true
set -euo pipefail

key_id=$(aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY \
    --query KeyMetadata.KeyId --output text)
echo "version 1.2.3" > release.txt
openssl dgst -sha256 -binary release.txt > release.sha256

aws kms sign --key-id "$key_id" --message fileb://release.sha256 --message-type DIGEST \
    --signing-algorithm ECDSA_SHA_256 --query Signature --output text | base64 -d > release.sig
aws kms get-public-key --key-id "$key_id" --query PublicKey --output text | base64 -d > public.der

openssl dgst -sha256 -keyform DER -verify public.der -signature release.sig release.txt
aws kms verify --key-id "$key_id" --message fileb://release.sha256 --message-type DIGEST \
    --signing-algorithm ECDSA_SHA_256 --signature fileb://release.sig \
    --query SignatureValid --output json
