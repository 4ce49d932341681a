"""What several test modules share: courses, servers, a browser, notebooks as text."""
