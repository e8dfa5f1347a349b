module offline

go 1.24
