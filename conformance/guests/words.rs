// Collections, iterators, files and standard input, by Rust's library.
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, line) in io::stdin().lock().lines().enumerate() {
        for word in line?.split_whitespace() {
            words.entry(word.to_lowercase()).or_default().push(number + 1);
        }
    }
    std::fs::create_dir("out")?;
    let mut file = std::fs::File::create("out/words.txt")?;
    for (word, lines) in &words {
        writeln!(file, "{word}: {lines:?}")?;
    }
    drop(file);
    print!("{}", std::fs::read_to_string("out/words.txt")?);
    println!("{:?}", std::fs::read("none").map_err(|error| error.kind()));
    println!("{:?}", std::env::var("GREETING"));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("{arguments:?}");
    std::fs::remove_dir_all("out")?;
    std::process::exit(words.len() as i32)
}
