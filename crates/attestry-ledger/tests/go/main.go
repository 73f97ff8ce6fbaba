// Checks logs and packages of Attestry with the code that Go checks its own module log with: golang.org/x/mod/sumdb.
// It shares nothing with the code it checks. It ends with 0 if all holds, with 1 and a reason if not.
//
//	crosscheck log FOLDER LOG-KEY           checkpoint, tile/, leaves (base64 lines), proofs/N.tlog-proof, consistency/SIZE
//	crosscheck package FILE LOG-KEY WITNESS-KEY
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "log":
		return checkLog(os.DirFS(args[1]), args[2])
	case len(args) == 4 && args[0] == "package":
		archive, err := zip.OpenReader(args[1])
		if err != nil {
			return err
		}
		defer archive.Close()
		return checkPackage(&archive.Reader, args[2], args[3])
	}
	return errors.New("usage: crosscheck log FOLDER KEY | crosscheck package FILE KEY WITNESS-KEY")
}

// tree is a signed tree head with its tiles.
type tree struct {
	tlog.Tree
	files fs.FS
}

// openTree verifies a checkpoint with every one of the given verifiers and reads its head.
func openTree(files fs.FS, name string, keys ...note.Verifier) (*tree, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	opened, err := note.Open(text, note.VerifierList(keys...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(opened.Sigs) != len(keys) {
		return nil, fmt.Errorf("%s: %d signatures verify, not %d", name, len(opened.Sigs), len(keys))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != keys[0].Name() {
		return nil, fmt.Errorf("%s: not a checkpoint of %s", name, keys[0].Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	return &tree{tlog.Tree{N: size, Hash: root}, files}, nil
}

func (t *tree) Height() int                     { return 8 }
func (t *tree) SaveTiles([]tlog.Tile, [][]byte) {}
func (t *tree) hashes() tlog.HashReader         { return tlog.TileHashReader(t.Tree, t) }
func (t *tree) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := fs.ReadFile(t.files, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// proveLeaf proves a leaf from the tiles and checks the proof against the root that was signed.
func (t *tree) proveLeaf(position int64, leaf []byte) error {
	proof, err := tlog.ProveRecord(t.N, position, t.hashes())
	if err != nil {
		return fmt.Errorf("leaf %d: %w", position, err)
	}
	if err := tlog.CheckRecord(proof, t.N, t.Hash, position, tlog.RecordHash(leaf)); err != nil {
		return fmt.Errorf("leaf %d: %w", position, err)
	}
	return nil
}

func checkLog(files fs.FS, key string) error {
	log, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	head, err := openTree(files, "checkpoint", log)
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(files, "leaves")
	if err != nil {
		return err
	}
	var leaves [][]byte
	for _, line := range strings.Fields(string(text)) {
		leaf, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return err
		}
		leaves = append(leaves, leaf)
	}
	if int64(len(leaves)) != head.N {
		return fmt.Errorf("%d leaves, the checkpoint says %d", len(leaves), head.N)
	}
	for position, leaf := range leaves {
		if err := head.proveLeaf(int64(position), leaf); err != nil {
			return err
		}
	}
	proofs, err := fs.Glob(files, "proofs/*.tlog-proof")
	if err != nil {
		return err
	}
	for _, name := range proofs {
		if err := checkProof(files, name, log, leaves); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	earlier, err := fs.Glob(files, "consistency/*")
	if err != nil {
		return err
	}
	for _, folder := range earlier {
		if err := checkConsistency(files, folder, log, head); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	fmt.Printf("%d leaves, %d proofs, %d earlier checkpoints hold\n", len(leaves), len(proofs), len(earlier))
	return nil
}

// checkProof checks a proof file (C2SP tlog-proof) without tiles.
func checkProof(files fs.FS, name string, log note.Verifier, leaves [][]byte) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	before, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(before), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof file")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	single := single{"checkpoint", checkpoint}
	head, err := openTree(single, "checkpoint", log)
	if err != nil {
		return err
	}
	if index >= int64(len(leaves)) {
		return errors.New("no such leaf")
	}
	return tlog.CheckRecord(proof, head.N, head.Hash, index, tlog.RecordHash(leaves[index]))
}

// checkConsistency checks that an earlier checkpoint is a prefix: by the proof beside it, and by one made from tiles.
func checkConsistency(files fs.FS, folder string, log note.Verifier, head *tree) error {
	old, err := openTree(files, path.Join(folder, "checkpoint"), log)
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(files, path.Join(folder, "consistency"))
	if err != nil {
		return err
	}
	var proof tlog.TreeProof
	for _, line := range strings.Fields(string(text)) {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckTree(proof, head.N, head.Hash, old.N, old.Hash)
}

func checkPackage(archive *zip.Reader, key, witnessKey string) error {
	log, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	witness, err := newWitness(witnessKey)
	if err != nil {
		return err
	}
	head, err := openTree(archive, "checkpoint", log, witness)
	if err != nil {
		return err
	}
	if err := checkFiles(archive, log); err != nil {
		return err
	}
	events := 0
	names, err := fs.Glob(archive, "events/*.jsonl")
	if err != nil {
		return err
	}
	for _, name := range names {
		count, err := checkEvents(archive, name, head)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		events += count
	}
	earlier, err := fs.Glob(archive, "earlier/*")
	if err != nil {
		return err
	}
	for _, folder := range earlier {
		if err := checkConsistency(archive, folder, log, head); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	fmt.Printf("%d events, %d earlier checkpoints hold\n", events, len(earlier))
	return nil
}

// checkFiles checks the seal on the manifest and every file against the manifest.
func checkFiles(archive *zip.Reader, log note.Verifier) error {
	text, err := fs.ReadFile(archive, "manifest.json")
	if err != nil {
		return err
	}
	sealed, err := fs.ReadFile(archive, "manifest.note")
	if err != nil {
		return err
	}
	opened, err := note.Open(sealed, note.VerifierList(log))
	if err != nil {
		return fmt.Errorf("manifest.note: %w", err)
	}
	if want := fmt.Sprintf("attestry package\n%s\n%x\n", log.Name(), sha256.Sum256(text)); opened.Text != want {
		return errors.New("manifest.note: seals another manifest")
	}
	var manifest struct {
		Files []struct {
			Path   string
			Bytes  int64
			SHA256 string
		}
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return err
	}
	if len(manifest.Files)+2 != len(archive.File) {
		return fmt.Errorf("the manifest names %d files, there are %d", len(manifest.Files), len(archive.File)-2)
	}
	for _, file := range manifest.Files {
		bytes, err := fs.ReadFile(archive, file.Path)
		if err != nil {
			return err
		}
		if fmt.Sprintf("%x", sha256.Sum256(bytes)) != file.SHA256 {
			return fmt.Errorf("%s: other bytes than the manifest says", file.Path)
		}
	}
	return nil
}

// checkEvents proves every event of a file and checks its payload against the commitment.
func checkEvents(archive *zip.Reader, name string, head *tree) (int, error) {
	file, err := archive.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	count := 0
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return count, nil
		}
		if err != nil {
			return count, err
		}
		if err := checkEvent(line, head); err != nil {
			return count, err
		}
		count++
	}
}

func checkEvent(line []byte, head *tree) error {
	var event struct {
		Envelope, Payload json.RawMessage
		Payload64         *string `json:"payload_base64"`
		Salt              *string
	}
	if err := json.Unmarshal(line, &event); err != nil {
		return err
	}
	var envelope struct {
		Sequence int64
		Digest   string `json:"payload_digest"`
	}
	if err := json.Unmarshal(event.Envelope, &envelope); err != nil {
		return err
	}
	if err := head.proveLeaf(envelope.Sequence-1, event.Envelope); err != nil {
		return err
	}
	if event.Salt == nil {
		return nil // erased
	}
	salt, err := hex.DecodeString(*event.Salt)
	if err != nil {
		return err
	}
	payload := []byte(event.Payload)
	if event.Payload64 != nil {
		if payload, err = base64.StdEncoding.DecodeString(*event.Payload64); err != nil {
			return err
		}
	}
	if fmt.Sprintf("%x", sha256.Sum256(append(salt, payload...))) != envelope.Digest {
		return fmt.Errorf("event %d: payload does not match its commitment", envelope.Sequence)
	}
	return nil
}

// witness verifies cosignatures (C2SP tlog-cosignature, Ed25519), which the note package leaves to others.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(text string) (*witness, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a witness key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a witness key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return &witness{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

// single is a file system of one file.
type single struct {
	name string
	data []byte
}

func (s single) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (s single) ReadFile(name string) ([]byte, error) {
	if name != s.name {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return s.data, nil
}
