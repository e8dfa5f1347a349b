# Disables a key, so that its ciphertexts cannot be decrypted until it is enabled again.
#> DisabledException
#> false
#> message
set -euo pipefail

key_id=$(aws kms create-key --query KeyMetadata.KeyId --output text)
blob=$(aws kms encrypt --key-id "$key_id" --plaintext bWVzc2FnZQo= \
    --query CiphertextBlob --output text)

aws kms disable-key --key-id "$key_id"
if ! aws kms decrypt --ciphertext-blob "$blob" 2> error; then
    sed -n 's/.*(\([A-Za-z]*\)) when calling the Decrypt operation.*/\1/p' error
fi
aws kms describe-key --key-id "$key_id" --query KeyMetadata.Enabled
aws kms enable-key --key-id "$key_id"
aws kms decrypt --ciphertext-blob "$blob" --query Plaintext --output text | base64 -d
