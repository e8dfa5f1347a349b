# Moves ciphertexts from one key to another, and to another context, without their plaintext.
#> moved to the new key
#> content
set -euo pipefail

old=$(aws kms create-key --query KeyMetadata.Arn --output text)
new=$(aws kms create-key --query KeyMetadata.Arn --output text)
printf 'content\n' > plain
aws kms encrypt --key-id "$old" --plaintext fileb://plain --encryption-context version=1 \
    --query CiphertextBlob --output text | base64 --decode > old.encrypted

aws kms re-encrypt \
    --ciphertext-blob fileb://old.encrypted \
    --source-key-id "$old" \
    --source-encryption-context version=1 \
    --destination-key-id "$new" \
    --destination-encryption-context version=2 \
    --query CiphertextBlob \
    --output text | base64 --decode > new.encrypted

key=$(aws kms decrypt --ciphertext-blob fileb://new.encrypted \
    --encryption-context version=2 --query KeyId --output text)
[ "$key" = "$new" ] && echo "moved to the new key"
aws kms decrypt --ciphertext-blob fileb://new.encrypted --encryption-context version=2 \
    --query Plaintext --output text | base64 --decode
