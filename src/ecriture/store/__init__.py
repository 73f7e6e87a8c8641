"""The database: people, companies with settings and charts, documents and payments, batches, and the audit log."""
