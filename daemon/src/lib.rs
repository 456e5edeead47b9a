//! What every daemon needs: options, logging, control socket, pid file.
