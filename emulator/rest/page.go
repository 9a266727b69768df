package rest

import (
	"encoding/base64"
	"fmt"
)

// token is a page's continuation: opaque to callers.
func (p page) token() string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d:%d", p.after, p.seen))
}

func (p *page) resume(token string) error {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return fmt.Errorf("read the continuation: %w", err)
	}
	if _, err = fmt.Sscanf(string(text), "%d:%d", &p.after, &p.seen); err != nil {
		return fmt.Errorf("read the continuation: %w", err)
	}
	return nil
}
