# Hands out an encrypted data key now, which another part of a system decrypts later.
#> not shown: None
#> 24 bytes
set -euo pipefail

key_id=$(aws kms create-key --output text --query KeyMetadata.KeyId)
aws kms generate-data-key-without-plaintext --key-id "$key_id" --number-of-bytes 24 > data-key.json
blob=$(sed -n 's/.*"CiphertextBlob": "\([^"]*\)".*/\1/p' data-key.json)

echo "not shown: $(aws kms generate-data-key-without-plaintext --key-id "$key_id" \
    --key-spec AES_128 --query Plaintext --output text)"
echo "$blob" | base64 -d > data-key
echo "$(aws kms decrypt --ciphertext-blob fileb://data-key --query Plaintext --output text |
    base64 -d | wc -c | tr -d ' ') bytes"
