"""What is kept: people, companies with their settings and charts, documents and payments, batches, and who did what."""
