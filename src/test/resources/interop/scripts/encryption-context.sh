# Binds ciphertexts to a context. Another context, or none, does not open them.
#> with its context: salary
#> exit code without a context: 254
#> InvalidCiphertextException
#> as JSON: salary
set -euo pipefail

key_id=$(aws kms create-key --query KeyMetadata.KeyId --output text)
printf salary > plain
blob=$(aws kms encrypt --key-id "$key_id" --plaintext fileb://plain \
    --encryption-context department=hr,year=2024 --query CiphertextBlob --output text)

echo "with its context: $(aws kms decrypt --ciphertext-blob "$blob" \
    --encryption-context year=2024,department=hr --query Plaintext --output text | base64 -d)"

code=0
aws kms decrypt --ciphertext-blob "$blob" 2> error || code=$?
echo "exit code without a context: $code"
grep -o 'InvalidCiphertextException' error

cat > context.json <<'JSON'
{"department": "hr", "year": "2024"}
JSON
echo "as JSON: $(aws kms decrypt --ciphertext-blob "$blob" \
    --encryption-context file://context.json --query Plaintext --output text | base64 -d)"
