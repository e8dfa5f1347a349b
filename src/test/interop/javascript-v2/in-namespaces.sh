#!/bin/sh
# Runs the tests where the host of AWS KMS is this machine. To be started in new namespaces, which
# leave the hosts file and port 443 of this machine as they are:
#
#   unshare --map-root-user --mount --net sh in-namespaces.sh NODE COMMAND...
#
# NODE is the Node.js to test with; COMMAND runs the executable jar.
set -eu
node=$1
shift

ip link set lo up
echo "127.0.0.1 kms.us-east-1.amazonaws.com" >hosts
mount --bind hosts /etc/hosts

# The server prints both lines once it listens.
mkfifo printed
"$@" serve --tls --port 443 --allowed-host kms.us-east-1.amazonaws.com --ca-file ca.pem >printed &
server=$!
trap 'kill $server' EXIT
{
  read -r authority
  read -r url
} <printed
echo "$authority"
echo "$url"

NODE_EXTRA_CA_CERTS=${authority#AWS_CA_BUNDLE=} "$node" --test
