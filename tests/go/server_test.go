// Package tests drives angae with the AWS SDK for Go, unmodified.
//
// Each test starts a server of its own on a free port and a temporary folder; nothing here knows how angae is built.
package tests

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// server is one running angae.
type server struct {
	folder   string
	flags    []string
	endpoint string
	process  *exec.Cmd
}

// start runs angae with the given flags until the test ends.
func start(t *testing.T, flags ...string) *server {
	t.Helper()
	s := &server{folder: t.TempDir(), flags: flags}
	s.open(t)
	t.Cleanup(s.kill)
	return s
}

// open runs angae on the folder and waits until it is ready.
func (s *server) open(t *testing.T) {
	t.Helper()
	arguments := append([]string{"--port", "0", "--data-dir", s.folder, "--log", "warn"}, s.flags...)
	s.process = exec.Command(os.Getenv("ANGAE_BIN"), arguments...)
	s.process.Stderr = os.Stderr
	output, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatalf("ANGAE_BIN=%q: %v", os.Getenv("ANGAE_BIN"), err)
	}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) > 1 && words[0] == "endpoint" {
			s.endpoint = words[1]
		}
		if len(words) == 1 && words[0] == "Ready." {
			return
		}
	}
	t.Fatalf("angae ended before it was ready: %v", s.process.Wait())
}

// kill is kill -9: the folder stays.
func (s *server) kill() {
	// Both fail only where the process has ended already, which is what is wanted.
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

// named is the endpoint by a name that buckets can stand before, in the given scheme.
func (s *server) named(scheme string) string {
	return strings.Replace(s.endpoint, "http://127.0.0.1", scheme+"://localhost", 1)
}

// authority is the certificate to trust, as `angae tls ca` prints it.
func (s *server) authority(t *testing.T) []byte {
	t.Helper()
	pem, err := exec.Command(os.Getenv("ANGAE_BIN"), "--data-dir", filepath.Clean(s.folder), "tls", "ca").Output()
	if err != nil {
		t.Fatal(err)
	}
	return pem
}
