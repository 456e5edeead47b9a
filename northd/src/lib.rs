//! ovn-northd: from the Northbound to the Southbound database.
