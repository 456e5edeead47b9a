//! OVSDB schemas: tables, columns, types and constraints.
