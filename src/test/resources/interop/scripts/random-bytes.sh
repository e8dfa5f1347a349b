# Random bytes, as a file and as a password.
#> 32 bytes
#> a password of 24 characters
set -euo pipefail

aws kms generate-random --number-of-bytes 32 --output text --query Plaintext |
    base64 --decode > random.bin
echo "$(wc -c < random.bin | tr -d ' ') bytes"

password=$(aws kms generate-random --number-of-bytes 18 --output text)
echo "a password of ${#password} characters"
