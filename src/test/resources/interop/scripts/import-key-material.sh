# Imports key material that OpenSSL has generated and wrapped, and deletes and imports it again.
#> PendingImport
#> Enabled
#> PendingImport
#> the key is back
set -euo pipefail

key_id=$(aws kms create-key --origin EXTERNAL --query KeyMetadata.KeyId --output text)
state() {
    aws kms describe-key --key-id "$key_id" --query KeyMetadata.KeyState --output text
}
openssl rand -out material.bin 32

import() {
    aws kms get-parameters-for-import --key-id "$key_id" --wrapping-algorithm RSAES_OAEP_SHA_256 \
        --wrapping-key-spec RSA_2048 --query '[PublicKey,ImportToken]' --output text > parameters.txt
    cut -f1 parameters.txt | base64 -d > wrapping.der
    cut -f2 parameters.txt | base64 -d > token.bin
    openssl pkeyutl -encrypt -pubin -keyform DER -inkey wrapping.der -in material.bin \
        -out wrapped.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 \
        -pkeyopt rsa_mgf1_md:sha256
    aws kms import-key-material --key-id "$key_id" --import-token fileb://token.bin \
        --encrypted-key-material fileb://wrapped.bin \
        --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE > /dev/null
}

state
import
state
echo "the key is back" > secret.txt
aws kms encrypt --key-id "$key_id" --plaintext fileb://secret.txt \
    --query CiphertextBlob --output text | base64 -d > secret.bin
aws kms delete-imported-key-material --key-id "$key_id" > /dev/null
state
import
aws kms decrypt --ciphertext-blob fileb://secret.bin --query Plaintext --output text | base64 -d
