// Files, directories, formats and time, by the C library.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path) {
    char *names[64];
    int count = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir)) && count < 64;) names[count++] = strdup(entry->d_name);
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    for (int i = 0; i < count; i++) printf("%s%s", names[i], i + 1 < count ? " " : "\n");
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
    printf("%s\n", getenv("GREETING"));

    FILE *file = fopen("lines.txt", "w+");
    for (int i = 0; i < 5000; i++) fprintf(file, "%d %.17g\n", i, i / 7.0);
    fseek(file, 0, SEEK_SET);
    double sum = 0, value;
    for (int number; fscanf(file, "%d %lf", &number, &value) == 2;) sum += value * number;
    fclose(file);
    printf("%.17g\n", sum);

    struct stat stat_of;
    stat("lines.txt", &stat_of);
    printf("%lld bytes\n", (long long)stat_of.st_size);
    printf("mkdir %d, again %d\n", mkdir("sub", 0755), mkdir("sub", 0755));
    printf("rename %d, symlink %d\n", rename("lines.txt", "sub/lines.txt"), symlink("sub/lines.txt", "link"));
    char target[32] = {0};
    printf("link %d %s\n", (int)readlink("link", target, sizeof target), target);
    file = fopen("link", "a");
    fputs("end\n", file);
    fclose(file);
    stat("link", &stat_of);
    printf("%lld bytes\n", (long long)stat_of.st_size);
    list(".");
    list("sub");
    list("missing");
    printf("rmdir %d, unlink %d\n", rmdir("sub"), unlink("link"));

    time_t moment = 1234567890;
    char text[64];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&moment));
    puts(text);
    for (int c; (c = getchar()) != EOF;) putchar(c == '\n' ? c : c ^ 0x20);
    fprintf(stderr, "to standard error\n");
    return 42;
}
