module mlkem

go 1.24
