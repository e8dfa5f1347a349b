# Rotates by hand: an alias points to a new key, and old ciphertexts still open.
#> alias/current has the new key
#> before
#> after
#> alias/current is gone
set -euo pipefail

new_key() {
    aws kms create-key --query KeyMetadata.KeyId --output text
}
encrypt() {
    aws kms encrypt --key-id alias/current --plaintext "$(base64 <<< "$1")" \
        --query CiphertextBlob --output text
}
decrypt() {
    aws kms decrypt --ciphertext-blob "$1" --query Plaintext --output text | base64 -d
}

old=$(new_key)
aws kms create-alias --alias-name alias/current --target-key-id "$old"
before=$(encrypt before)

new=$(new_key)
aws kms update-alias --alias-name alias/current --target-key-id "$new"
target=$(aws kms list-aliases --query 'Aliases[0].TargetKeyId' --output text)
[ "$target" = "$new" ] && echo "alias/current has the new key"

after=$(encrypt after)
decrypt "$before"
decrypt "$after"

aws kms delete-alias --alias-name alias/current
if ! aws kms describe-key --key-id alias/current 2> error; then
    grep -q NotFoundException error && echo "alias/current is gone"
fi
