// Package offline opens messages of version 2 with private keys, by the standard library of Go only:
// an independent implementation of the format that the package comment of
// io.github.embeddedkms.envelope specifies.
package offline

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/mlkem"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
)

var errOther = errors.New("not for these keys and this context, or altered")

// hexBytes are written in hexadecimal digits.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// A sample is a message and everything that it takes to open it.
type sample struct {
	Kind    int
	Context map[string]string
	Text    string
	Keys    struct {
		Seed     hexBytes // d and z of ML-KEM
		ECScalar hexBytes
		PKCS8    hexBytes // of RSA
	}
	Message hexBytes
}

// private holds the keys of a reader, of one kind.
type private struct {
	decapsulate  func(ciphertext []byte) ([]byte, error)
	fingerprint  [32]byte
	curve        *ecdh.PrivateKey
	fingerprint2 [32]byte
}

// kinds have the length of the ciphertext and the length of a point.
var kinds = map[int][2]int{1: {1088, 0}, 2: {1568, 0}, 3: {1088, 65}, 4: {1568, 97}, 5: {384, 0}, 6: {512, 0}}

func newPrivate(s sample) (p private, err error) {
	var key []byte
	switch s.Kind {
	case 1, 3:
		d, err := mlkem.NewDecapsulationKey768(s.Keys.Seed)
		if err != nil {
			return p, err
		}
		p.decapsulate, key = d.Decapsulate, d.EncapsulationKey().Bytes()
		key = append(unhex("308204b2300b0609608648016503040402038204a100"), key...)
	case 2, 4:
		d, err := mlkem.NewDecapsulationKey1024(s.Keys.Seed)
		if err != nil {
			return p, err
		}
		p.decapsulate, key = d.Decapsulate, d.EncapsulationKey().Bytes()
		key = append(unhex("30820632300b06096086480165030404030382062100"), key...)
	default:
		any, err := x509.ParsePKCS8PrivateKey(s.Keys.PKCS8)
		if err != nil {
			return p, err
		}
		d := any.(*rsa.PrivateKey)
		if d.N.BitLen() != kinds[s.Kind][0]*8 {
			return p, fmt.Errorf("a modulus of %d bits", d.N.BitLen())
		}
		p.decapsulate = func(ciphertext []byte) ([]byte, error) {
			return rsa.DecryptOAEP(sha256.New(), nil, d, ciphertext, nil)
		}
		if key, err = x509.MarshalPKIXPublicKey(&d.PublicKey); err != nil {
			return p, err
		}
	}
	p.fingerprint = sha256.Sum256(key)
	if s.Kind == 3 || s.Kind == 4 {
		curve := ecdh.P256()
		if s.Kind == 4 {
			curve = ecdh.P384()
		}
		if p.curve, err = curve.NewPrivateKey(s.Keys.ECScalar); err != nil {
			return p, err
		}
		key, err := x509.MarshalPKIXPublicKey(p.curve.PublicKey())
		if err != nil {
			return p, err
		}
		p.fingerprint2 = sha256.Sum256(key)
	}
	return p, nil
}

func unhex(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return b
}

// A reader takes bytes from the beginning of a message.
type reader struct{ rest []byte }

func (r *reader) take(n int) ([]byte, error) {
	if n > len(r.rest) {
		return nil, errors.New("truncated")
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken, nil
}

func (r *reader) u8() (int, error) {
	b, err := r.take(1)
	if err != nil {
		return 0, err
	}
	return int(b[0]), nil
}

func (r *reader) prefixed(size, most int) ([]byte, error) {
	b, err := r.take(size)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, each := range b {
		n = n<<8 | int(each)
	}
	if n < 1 || n > most {
		return nil, fmt.Errorf("a length of %d", n)
	}
	return r.take(n)
}

// A recipient has all of its bytes before its wrapped data key in its head.
type recipient struct {
	kind    int
	head    []byte
	sealed  []byte
	wrapped []byte
}

// open returns the plaintext of a message.
func open(message []byte, kind int, keys private, context map[string]string) ([]byte, error) {
	in := &reader{message}
	magic, err := in.take(5)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{'E', 'K', 'M', 2, 1}) {
		return nil, errors.New("not a message of version 2 and suite 1")
	}
	recipients, err := readRecipients(in)
	if err != nil {
		return nil, err
	}
	flags, err := in.u8()
	if err != nil {
		return nil, err
	}
	if flags > 1 {
		return nil, errors.New("unknown flags")
	}
	salt, err := in.take(32)
	if err != nil {
		return nil, err
	}
	canonical := canonicalContext(context)
	if flags == 1 {
		stored, err := in.prefixed(4, 65536)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(stored, canonical) {
			return nil, errOther
		}
	}
	commitment, err := in.take(32)
	if err != nil {
		return nil, err
	}
	for _, r := range recipients {
		if r.kind != kind {
			continue
		}
		dataKey, err := unwrap(r, keys, canonical)
		if err != nil {
			continue
		}
		info := slices.Concat([]byte("embedded-kms/envelope/v1"), []byte{1, byte(flags)}, canonical)
		derived, err := hkdf.Key(sha256.New, dataKey, salt, string(info), 76)
		if err != nil {
			return nil, err
		}
		if hmac.Equal(derived[:32], commitment) {
			return openSegments(in.rest, derived[32:64], derived[64:])
		}
	}
	return nil, errOther
}

func readRecipients(in *reader) ([]recipient, error) {
	count, err := in.u8()
	if err != nil {
		return nil, err
	}
	if count < 1 || count > 16 {
		return nil, fmt.Errorf("%d recipients", count)
	}
	var recipients []recipient
	others := 0
	for range count {
		whole := in.rest
		kind, err := in.u8()
		if err != nil {
			return nil, err
		}
		arn, err := in.prefixed(2, 2048)
		if err != nil {
			return nil, err
		}
		if !printable(arn) {
			return nil, errors.New("an ARN that is not printable")
		}
		sealed, err := in.prefixed(2, 6144)
		if err != nil {
			return nil, err
		}
		if kind != 0 {
			others++
		}
		lengths, known := kinds[kind]
		if !known {
			continue
		}
		r := recipient{kind: kind, sealed: sealed}
		if err := checkLengths(sealed, lengths); err != nil {
			return nil, err
		}
		r.head = whole[:len(whole)-len(in.rest)-48]
		r.wrapped = sealed[len(sealed)-48:]
		recipients = append(recipients, r)
	}
	if others == 0 {
		return nil, errors.New("only online recipients in a message of version 2")
	}
	return recipients, nil
}

func printable(arn []byte) bool {
	return !slices.ContainsFunc(arn, func(b byte) bool { return b <= ' ' || b >= 0x7f })
}

func checkLengths(sealed []byte, lengths [2]int) error {
	in := &reader{sealed}
	if _, err := in.take(32 + lengths[0]); err != nil {
		return err
	}
	if lengths[1] > 0 {
		arn, err := in.prefixed(2, 2048)
		if err != nil {
			return err
		}
		if !printable(arn) {
			return errors.New("an ARN that is not printable")
		}
		if _, err := in.take(32 + lengths[1]); err != nil {
			return err
		}
	}
	if len(in.rest) != 48 {
		return errors.New("another length than that of the kind")
	}
	return nil
}

// unwrap returns the data key of a recipient. The lengths have been checked.
func unwrap(r recipient, keys private, canonical []byte) ([]byte, error) {
	in := &reader{r.sealed}
	fingerprint, _ := in.take(32)
	if !bytes.Equal(fingerprint, keys.fingerprint[:]) {
		return nil, errOther
	}
	ciphertext, _ := in.take(kinds[r.kind][0])
	secret, err := keys.decapsulate(ciphertext)
	if err != nil {
		return nil, err
	}
	if keys.curve != nil {
		if _, err := in.prefixed(2, 2048); err != nil {
			return nil, err
		}
		fingerprint, _ := in.take(32)
		if !bytes.Equal(fingerprint, keys.fingerprint2[:]) {
			return nil, errOther
		}
		point, _ := in.take(kinds[r.kind][1])
		// Accepts uncompressed points of the curve only.
		public, err := keys.curve.Curve().NewPublicKey(point)
		if err != nil {
			return nil, err
		}
		agreed, err := keys.curve.ECDH(public)
		if err != nil {
			return nil, err
		}
		secret = slices.Concat(secret, agreed)
	}
	info := slices.Concat([]byte("embedded-kms/offline-recipient/v1"), []byte{1}, r.head, canonical)
	key, err := hkdf.Key(sha256.New, secret, make([]byte, 32), string(info), 32)
	if err != nil {
		return nil, err
	}
	return newGCM(key).Open(nil, make([]byte, 12), r.wrapped, nil)
}

func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func openSegments(body, key, base []byte) ([]byte, error) {
	const sealedBytes = 65536 + 16
	gcm := newGCM(key)
	var text []byte
	for i := uint64(0); ; i++ {
		segment := body[:min(len(body), sealedBytes)]
		body = body[len(segment):]
		if len(segment) < 16 {
			return nil, errors.New("truncated")
		}
		nonce := slices.Clone(base)
		var number [8]byte
		binary.BigEndian.PutUint64(number[:], i)
		for j, b := range number {
			nonce[4+j] ^= b
		}
		opened, err := gcm.Open(nil, nonce, segment, nil)
		if err != nil {
			return nil, err
		}
		text = append(text, opened...)
		if len(segment) < sealedBytes {
			return text, nil
		}
	}
}

// canonicalContext encodes the pairs in the order of their keys' UTF-8.
func canonicalContext(context map[string]string) []byte {
	keys := make([]string, 0, len(context))
	for key := range context {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	canonical := binary.BigEndian.AppendUint16(nil, uint16(len(keys)))
	for _, key := range keys {
		for _, text := range []string{key, context[key]} {
			canonical = binary.BigEndian.AppendUint32(canonical, uint32(len(text)))
			canonical = append(canonical, text...)
		}
	}
	return canonical
}

func samples(t *testing.T, variable string) []sample {
	file, err := os.ReadFile(os.Getenv(variable))
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	if err := json.Unmarshal(file, &samples); err != nil {
		t.Fatal(err)
	}
	if len(samples) == 0 {
		t.Fatal("no samples")
	}
	return samples
}

// The worked messages do not contain what they are sealed with, since it is the same for all.
func vectors(t *testing.T) []sample {
	vectors := samples(t, "VECTORS")
	for i := range vectors {
		vectors[i].Context = map[string]string{"tenant": "acme", "a": "é"}
		vectors[i].Text = "hello"
	}
	return vectors
}

func checkOpens(t *testing.T, samples []sample) {
	opened := map[int]int{}
	for _, s := range samples {
		keys, err := newPrivate(s)
		if err != nil {
			t.Fatal(err)
		}
		text, err := open(s.Message, s.Kind, keys, s.Context)
		if err != nil {
			t.Errorf("kind %d: %v", s.Kind, err)
		} else if string(text) != s.Text {
			t.Errorf("kind %d: another text of %d bytes", s.Kind, len(text))
		}
		if _, err := open(s.Message, s.Kind, keys, map[string]string{"tenant": "other"}); err == nil {
			t.Errorf("kind %d opens in another context", s.Kind)
		}
		opened[s.Kind]++
	}
	for kind := range kinds {
		if opened[kind] == 0 {
			t.Errorf("no message of kind %d", kind)
		}
	}
	fmt.Printf("opened %v\n", opened)
}

func TestVectors_open(t *testing.T) {
	checkOpens(t, vectors(t))
}

func TestFreshMessages_open(t *testing.T) {
	checkOpens(t, samples(t, "FRESH"))
}

func TestVectors_oneBitOfAnyByte_isRefused(t *testing.T) {
	for _, s := range vectors(t) {
		keys, err := newPrivate(s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Message {
			altered := slices.Clone(s.Message)
			altered[i] ^= 1 << (i % 8)
			if _, err := open(altered, s.Kind, keys, s.Context); err == nil {
				t.Errorf("kind %d opens with another byte %d", s.Kind, i)
			}
			if _, err := open(s.Message[:i], s.Kind, keys, s.Context); err == nil {
				t.Errorf("kind %d opens after %d bytes", s.Kind, i)
			}
		}
	}
}
