# Encrypts a file of any size with a data key, which is stored encrypted beside it.
#> data key of 32 bytes
#> decrypted
set -euo pipefail

key_id=$(aws kms create-key --query 'KeyMetadata.KeyId' --output text)
seq 1 100000 > report.txt

read -r plaintext ciphertext < <(aws kms generate-data-key --key-id "$key_id" \
    --key-spec AES_256 --encryption-context file=report.txt \
    --query '[Plaintext, CiphertextBlob]' --output text)
echo "data key of $(printf %s "$plaintext" | base64 -d | wc -c | tr -d ' ') bytes"

iv=00000000000000000000000000000001
hex=$(printf %s "$plaintext" | base64 -d | od -An -v -tx1 | tr -d ' \n')
openssl enc -aes-256-ctr -K "$hex" -iv $iv -in report.txt -out report.encrypted
printf %s "$ciphertext" | base64 -d > report.key
unset plaintext hex

hex=$(aws kms decrypt --ciphertext-blob fileb://report.key \
    --encryption-context file=report.txt --query Plaintext --output text | base64 -d | od -An -v -tx1 | tr -d ' \n')
openssl enc -d -aes-256-ctr -K "$hex" -iv $iv -in report.encrypted -out report.decrypted
cmp report.txt report.decrypted && echo decrypted
