# Encrypts a small file into a binary file, and decrypts that again.
#> same size and content
#> attached: a word
set -euo pipefail

key_id=$(aws kms create-key --query KeyMetadata.KeyId --output text)
head -c 4096 /dev/urandom > secret.bin

aws kms encrypt \
    --key-id "$key_id" \
    --plaintext fileb://secret.bin \
    --output text \
    --query CiphertextBlob | base64 --decode > secret.encrypted

aws kms decrypt \
    --ciphertext-blob fileb://secret.encrypted \
    --key-id "$key_id" \
    --output text \
    --query Plaintext | base64 --decode > secret.decrypted
cmp secret.bin secret.decrypted && echo "same size and content"

# The same with a word of the command line, in Base64 as the AWS CLI wants it.
aws kms encrypt --key-id "$key_id" --plaintext "$(printf 'a word' | base64)" \
    --output text --query CiphertextBlob | base64 -d > word.encrypted
echo "attached: $(aws kms decrypt --ciphertext-blob fileb://word.encrypted \
    --output text --query Plaintext | base64 -d)"
