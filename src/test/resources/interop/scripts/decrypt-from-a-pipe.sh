# Keeps ciphertexts as Base64 in variables, and decrypts them through process substitution.
#> from a pipe
#> from a variable
set -euo pipefail

aws kms create-alias --alias-name alias/pipe \
    --target-key-id "$(aws kms create-key --query KeyMetadata.Arn --output text)"

blob=$(aws kms encrypt --key-id alias/pipe \
    --plaintext fileb://<(printf 'from a pipe\n') --query CiphertextBlob --output text)
aws kms decrypt --ciphertext-blob fileb://<(echo "$blob" | base64 --decode) \
    --query Plaintext --output text | base64 --decode

blob=$(aws kms encrypt --key-id alias/pipe --cli-binary-format raw-in-base64-out \
    --plaintext "from a variable" --query CiphertextBlob --output text)
aws kms decrypt --ciphertext-blob "$blob" --query Plaintext --output text | base64 --decode
echo
