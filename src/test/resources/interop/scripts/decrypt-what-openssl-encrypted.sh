# OpenSSL encrypts a small file under the public key of an RSA key, and the key decrypts it.
#> the password of the database
set -euo pipefail

key_id=$(aws kms create-key --key-spec RSA_2048 --key-usage ENCRYPT_DECRYPT \
    --query KeyMetadata.KeyId --output text)
echo "the password of the database" > secret.txt

aws kms get-public-key --key-id "$key_id" --query PublicKey --output text | base64 -d > public.der
openssl pkeyutl -encrypt -pubin -keyform DER -inkey public.der -in secret.txt -out secret.bin \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256

aws kms decrypt --key-id "$key_id" --ciphertext-blob fileb://secret.bin \
    --encryption-algorithm RSAES_OAEP_SHA_256 --query Plaintext --output text | base64 -d
