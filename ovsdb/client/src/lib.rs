//! OVSDB: JSON-RPC, monitors, transactions and sessions.
