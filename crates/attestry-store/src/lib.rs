//! Events, segments, accounts in SQL, objects in files
