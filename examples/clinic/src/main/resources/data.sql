INSERT INTO vet VALUES (1, 'Ada Moor', NULL), (2, 'Ben Hart', 'dentistry'), (3, 'Cleo Lind', 'surgery');
INSERT INTO owner VALUES (1, 'Dora Field', 'Ashford'), (2, 'Emil Brook', 'Riverton');
INSERT INTO pet VALUES (1, 1, 'Rufus', 'dog'), (2, 1, 'Mimi', 'cat'), (3, 2, 'Pip', 'bird');
INSERT INTO visit (pet_id, seen_on, reason) VALUES (1, DATE '2026-03-02', 'vaccination'), (3, DATE '2026-04-11', 'wing');
