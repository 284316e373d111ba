function r(e){try{return localStorage.getItem(e)}catch{return null}}function o(e,t){try{t===null?localStorage.removeItem(e):localStorage.setItem(e,t)}catch{}}export{r as a,o as b};
