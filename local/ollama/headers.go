// Package headers keeps malgo among the requirements: only its miniaudio.h is used.
package headers

import _ "github.com/gen2brain/malgo"
