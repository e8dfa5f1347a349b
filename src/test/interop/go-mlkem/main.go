// Command mlkem encapsulates and decapsulates by Go's own ML-KEM. All values are hexadecimal.
//
//	mlkem encapsulate 768|1024 PUBLIC_KEY       prints a ciphertext and a shared secret
//	mlkem decapsulate 768|1024 SEED CIPHERTEXT  prints the public key and the shared secret
package main

import (
	"crypto/mlkem"
	"encoding/hex"
	"fmt"
	"os"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func decoded(text string) []byte {
	bytes, err := hex.DecodeString(text)
	check(err)
	return bytes
}

func main() {
	input := decoded(os.Args[3])
	switch os.Args[1] + " " + os.Args[2] {
	case "encapsulate 768":
		key, err := mlkem.NewEncapsulationKey768(input)
		check(err)
		secret, ciphertext := key.Encapsulate()
		fmt.Printf("%x %x\n", ciphertext, secret)
	case "encapsulate 1024":
		key, err := mlkem.NewEncapsulationKey1024(input)
		check(err)
		secret, ciphertext := key.Encapsulate()
		fmt.Printf("%x %x\n", ciphertext, secret)
	case "decapsulate 768":
		key, err := mlkem.NewDecapsulationKey768(input)
		check(err)
		secret, err := key.Decapsulate(decoded(os.Args[4]))
		check(err)
		fmt.Printf("%x %x\n", key.EncapsulationKey().Bytes(), secret)
	case "decapsulate 1024":
		key, err := mlkem.NewDecapsulationKey1024(input)
		check(err)
		secret, err := key.Decapsulate(decoded(os.Args[4]))
		check(err)
		fmt.Printf("%x %x\n", key.EncapsulationKey().Bytes(), secret)
	default:
		fmt.Fprintln(os.Stderr, "unknown arguments")
		os.Exit(1)
	}
}
