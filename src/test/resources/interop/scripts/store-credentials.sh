# Keeps credentials encrypted in a file of variables, and loads them when they are needed.
#> user is shop
#> password is s3cr3t, with = and "quotes"
set -euo pipefail

export AWS_DEFAULT_OUTPUT=text
aws kms create-alias --alias-name alias/credentials \
    --target-key-id "$(aws kms create-key --query KeyMetadata.KeyId)"
store() {
    printf '%s=%s\n' "$1" "$(aws kms encrypt --key-id alias/credentials \
        --plaintext fileb://<(printf %s "$2") --encryption-context name="$1" \
        --query CiphertextBlob)" >> credentials.env
}
load() {
    aws kms decrypt --encryption-context name="$1" --query Plaintext \
        --ciphertext-blob "$(sed -n "s/^$1=//p" credentials.env)" | base64 -d
}

store user shop
store password 's3cr3t, with = and "quotes"'
echo "user is $(load user)"
echo "password is $(load password)"
